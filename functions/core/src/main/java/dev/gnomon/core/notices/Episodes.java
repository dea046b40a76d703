package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The turns of episodes, trouble and ends, in the order in which they were kept: `episodes/<key of
/// the episode>/turns/<n>`.
record Episodes(ControlRecords records) {
  /// Turns that are looked at, from the newest back. Trouble behind them is not found to be over:
  /// it is told, and stays with whoever was told.
  static final int LOOKED_BACK = 50;

  private static final int MAX_RACES = 100;

  /// @param action `TRIGGER` or `RESOLVE`
  /// @param time when it happened
  /// @param notice key of the notice that says so
  /// @param incident of trouble: which one
  record Turn(Action action, Instant time, String notice, String incident, Severity severity) {
    static Turn of(Notice notice) {
      return new Turn(
          notice.action(), notice.time(), notice.key(), notice.incidentName(), notice.severity());
    }
  }

  /// Takes the turn of a notice; again, it has the one that it had.
  Numbered<Turn> enter(Notice notice) {
    RecordLog<Turn> log = log(notice.episode());
    Optional<Numbered<Turn>> had =
        recent(log).stream()
            .filter(turn -> turn.record().notice().equals(notice.key()))
            .findFirst();
    if (had.isPresent()) {
      return had.get();
    }
    Turn turn = Turn.of(notice);
    for (int race = 0; race < MAX_RACES; race++) {
      long next = log.last().map(Numbered::number).orElse(0L) + 1;
      if (log.append(next, turn) instanceof Created<Turn>) {
        return new Numbered<>(next, turn);
      }
    }
    throw new ObjectStoreException(
        Kind.TRANSIENT,
        "others took %d turns of episode %s".formatted(MAX_RACES, notice.episode()));
  }

  Episode of(String episode) {
    return new Episode(recent(log(episode)));
  }

  private static List<Numbered<Turn>> recent(RecordLog<Turn> log) {
    List<Numbered<Turn>> recent = new ArrayList<>();
    Optional<Numbered<Turn>> last = log.last();
    last.ifPresent(recent::add);
    long number = last.map(Numbered::number).orElse(0L) - 1;
    for (; number > 0 && recent.size() < LOOKED_BACK; number--) {
      long one = number;
      log.get(one).ifPresent(turn -> recent.add(new Numbered<>(one, turn)));
    }
    return recent;
  }

  private RecordLog<Turn> log(String episode) {
    return new RecordLog<>(records, "episodes/" + Answers.key(episode) + "/turns", Turn.class);
  }
}
