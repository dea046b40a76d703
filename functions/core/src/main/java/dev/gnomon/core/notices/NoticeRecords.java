package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.objects.ObjectName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What is stored of notices: `notices/<key>/notice`, the log `notices/<key>/targets/<target>/<n>`
/// of each target, the ends of episodes `episodes/<key of the episode>/<n>`, and the markers of
/// what is open and what is dead.
final class NoticeRecords {
  /// By as much the clocks of those who tell may differ: trouble that only seems to be older than
  /// the end of its episode must be told.
  private static final Duration CERTAINLY_LATER = Duration.ofMinutes(1);

  private final ControlRecords records;
  private final OpenWork openWork;

  NoticeRecords(ControlRecords records, OpenWork openWork) {
    this.records = records;
    this.openWork = openWork;
  }

  /// A notice for a target that it could not be given to.
  record DeadName(String key, String target) {
    static Optional<DeadName> of(String marker) {
      int slash = marker.indexOf('/');
      return slash < 0
          ? Optional.empty()
          : Optional.of(new DeadName(marker.substring(0, slash), marker.substring(slash + 1)));
    }

    String marker() {
      return key + "/" + target;
    }
  }

  /// @param kept when, by the clock of the store
  record Kept(Notice notice, Instant kept) {
    String key() {
      return notice.key();
    }
  }

  /// An episode is over.
  ///
  /// @param time when that happened
  /// @param kept when that was kept, by the clock of the store
  /// @param notice key of the notice that says so
  record Ended(Instant time, Instant kept, String notice) {
    boolean isAfter(Kept trouble) {
      return kept.isAfter(trouble.kept())
          || time.isAfter(trouble.notice().time().plus(CERTAINLY_LATER));
    }
  }

  Instant time() {
    return records.time();
  }

  boolean knows(String key) {
    return records.exists(name(key));
  }

  Optional<Kept> kept(String key) {
    return records.read(name(key), Kept.class);
  }

  /// Its marker first, then the end of its episode, then the notice: killed anywhere, the same
  /// notice again does what is missing.
  ///
  /// @return what is kept, by whomever
  Kept keep(Notice notice) {
    openWork.opened(OpenWork.Kind.NOTICES, notice.key());
    Instant now = time();
    if (notice.action() == Notice.Action.RESOLVE) {
      RecordLog<Ended> ends = ends(notice);
      long next = ends.last().map(Numbered::number).orElse(0L) + 1;
      // Taken by the end of another notice at the same moment: that end does as well.
      ends.append(next, new Ended(notice.time(), now, notice.key()));
    }
    return records.create(name(notice.key()), new Kept(notice, now)).record();
  }

  /// The end of its episode, if that came later.
  Optional<Notice> endAfter(Kept trouble) {
    return ends(trouble.notice())
        .last()
        .map(Numbered::record)
        .filter(end -> end.isAfter(trouble))
        .flatMap(end -> kept(end.notice()))
        .map(Kept::notice);
  }

  RecordLog<Step> log(String key, String target) {
    return new RecordLog<>(records, "notices/" + key + "/targets/" + target, Step.class);
  }

  Optional<Step> last(String key, String target) {
    return log(key, target).last().map(Numbered::record);
  }

  void open(String key) {
    openWork.opened(OpenWork.Kind.NOTICES, key);
  }

  void close(String key) {
    openWork.closed(OpenWork.Kind.NOTICES, key);
  }

  void closeIfStale(String key) {
    openWork.closedIfStale(OpenWork.Kind.NOTICES, key);
  }

  List<String> open() {
    return openWork.open(OpenWork.Kind.NOTICES);
  }

  void died(DeadName dead) {
    openWork.opened(OpenWork.Kind.DEAD_NOTICES, dead.marker());
  }

  void buried(DeadName dead) {
    openWork.closed(OpenWork.Kind.DEAD_NOTICES, dead.marker());
  }

  List<DeadName> dead() {
    return openWork.open(OpenWork.Kind.DEAD_NOTICES).stream()
        .flatMap(marker -> DeadName.of(marker).stream())
        .toList();
  }

  private RecordLog<Ended> ends(Notice notice) {
    return new RecordLog<>(records, "episodes/" + Answers.key(notice.episode()), Ended.class);
  }

  private static ObjectName name(String key) {
    return ObjectName.of("notices", key, "notice");
  }
}
