package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.notices.Episodes.Turn;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What is stored of notices: `notices/<key>/notice`, the log `notices/<key>/targets/<target>/<n>`
/// of each target, the turns of [Episodes], and the markers of what is open. Dead letters have
/// markers of their own ([DeadMarkers]).
final class NoticeRecords {
  private static final int MAX_RACES = 20;

  private final ControlRecords records;
  private final OpenWork openWork;
  private final Episodes episodes;
  private final DeadMarkers dead;

  NoticeRecords(ControlRecords records, OpenWork openWork) {
    this.records = records;
    this.openWork = openWork;
    this.episodes = new Episodes(records);
    this.dead = new DeadMarkers(openWork);
  }

  /// @param kept when, by the clock of the store
  /// @param turn the number of its turn in its episode; of a CLOSE that of the end it follows from
  /// @param ended of an end: the highest severity of trouble that it ends
  record Kept(Notice notice, Instant kept, Optional<Long> turn, Optional<Severity> ended) {
    String key() {
      return notice.key();
    }

    /// Absent if it takes none.
    Optional<Numbered<Turn>> placed() {
      return turn.map(number -> new Numbered<>(number, Turn.of(notice)));
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

  Episode episode(String name) {
    return episodes.of(name);
  }

  DeadMarkers dead() {
    return dead;
  }

  /// Its marker first, then its turn, then what follows from an end, then the notice: killed
  /// anywhere, the same notice again does what is missing.
  ///
  /// @param incidents whether anybody keeps incidents, which an end closes
  /// @return what is kept, by whomever; the notice is the last one
  List<Kept> keep(Notice notice, boolean incidents) {
    openWork.opened(OpenWork.Kind.NOTICES, notice.key());
    return switch (notice.action()) {
      case INFORM, CLOSE -> List.of(create(notice, Optional.empty(), Optional.empty()));
      case TRIGGER -> {
        long turn = episodes.enter(notice).number();
        yield List.of(create(notice, Optional.of(turn), Optional.empty()));
      }
      case RESOLVE -> {
        Numbered<Turn> turn = episodes.enter(notice);
        Map<String, Severity> closed = episode(notice.episode()).closedBy(turn);
        List<Kept> all = new ArrayList<>();
        if (incidents) {
          closed.forEach((incident, severity) -> {
            Notice close = closing(notice, incident, severity);
            openWork.opened(OpenWork.Kind.NOTICES, close.key());
            all.add(create(close, Optional.of(turn.number()), Optional.of(severity)));
          });
        }
        Optional<Severity> ended = closed.values().stream().max(Comparator.naturalOrder());
        all.add(create(notice, Optional.of(turn.number()), ended));
        yield all;
      }
    };
  }

  private Kept create(Notice notice, Optional<Long> turn, Optional<Severity> ended) {
    return records.create(name(notice.key()), new Kept(notice, time(), turn, ended)).record();
  }

  private static Notice closing(Notice end, String incident, Severity severity) {
    Notice close =
        Notice.of(
                closingId(end.key(), incident),
                "incident-over",
                severity,
                end.time(),
                "Over: " + incident,
                end.title() + "\n" + end.text())
            .in(end.episode(), Notice.Action.CLOSE)
            .alarming(incident);
    return end.subject().map(close::about).orElse(close);
  }

  private static String closingId(String end, String incident) {
    return end + " closes " + incident;
  }

  /// The key of what closes an incident on behalf of an end.
  static String closingKey(Turn end, String incident) {
    return Answers.key(closingId(end.notice(), incident));
  }

  RecordLog<Step> log(String key, String target) {
    return new RecordLog<>(records, "notices/" + key + "/targets/" + target, Step.class);
  }

  Optional<Step> last(String key, String target) {
    return log(key, target).last().map(Numbered::record);
  }

  /// Has a notice sent once more that a target has, or may have, for something else overtook it.
  /// The marker before, so that a kill loses nothing; and after, for who found everything settled
  /// may have taken the first one away.
  ///
  /// @return whether it will be sent
  boolean again(String key, String target) {
    if (!knows(key)) {
      return false;
    }
    open(key);
    RecordLog<Step> log = log(key, target);
    for (int race = 0; race < MAX_RACES; race++) {
      Optional<Numbered<Step>> last = log.last();
      if (last.isEmpty()) {
        return true;
      }
      switch (last.get().record().kind()) {
        case DELAYED, REPLAYED -> {
          return true;
        }
        case DEAD, DROPPED, SKIPPED -> {
          return false;
        }
        case BEGUN, SENT -> {
          if (replayed(log, last.get())) {
            open(key);
            return true;
          }
        }
      }
    }
    throw new ObjectStoreException(
        ObjectStoreException.Kind.TRANSIENT, "others write the log of notice " + key);
  }

  /// @return whether it is the step behind this one
  boolean replayed(RecordLog<Step> log, Numbered<Step> last) {
    Step step = Step.of(Step.Kind.REPLAYED, time(), 0);
    return log.append(last.number() + 1, step) instanceof Created<Step>;
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

  private static ObjectName name(String key) {
    return ObjectName.of("notices", key, "notice");
  }
}
