package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.notices.Episodes.Turn;
import dev.gnomon.core.notices.NoticeRecords.Kept;
import java.util.List;
import java.util.Optional;

/// Keeps the incidents of targets in step with the episodes, in whatever order notices reach a
/// target.
///
/// Whoever sends looks at the episode before and after. Before: trouble that is over opens no
/// incident, and an end closes none that has newer trouble. After: what came to the episode
/// meanwhile may have reached the target first, and is sent once more. Turns are taken before
/// anything is sent, so that of trouble and its end at least one sees the other.
record Incidents(NoticeRecords records) {
  /// Why the target has no use for it, if it has none.
  Optional<String> unwanted(Kept kept, NotificationTarget target) {
    Notice notice = kept.notice();
    boolean slight = notice.severity().compareTo(target.least()) < 0;
    return switch (notice.action()) {
      case INFORM -> when(slight, "less than this target wants");
      case TRIGGER ->
          when(slight, "less than this target wants")
              .or(() -> when(!endsOf(kept, target).isEmpty(), "its episode is over already"));
      case RESOLVE ->
          when(
              slight
                  && kept.ended().filter(worst -> worst.compareTo(target.least()) < 0).isPresent(),
              "this target was not told of what is over");
      case CLOSE ->
          when(slight, "this target was not told of what is over")
              .or(() ->
                  when(!lasting(kept, target).isEmpty(), "the incident has trouble that lasts"));
    };
  }

  private static Optional<String> when(boolean holds, String why) {
    return holds ? Optional.of(why) : Optional.empty();
  }

  /// To be called when the target may have got it: sends again what may have overtaken it.
  void overtaken(Kept kept, NotificationTarget target) {
    switch (kept.notice().action()) {
      case INFORM, RESOLVE -> {}
      case TRIGGER -> {
        for (Numbered<Turn> end : endsOf(kept, target)) {
          String incident = kept.notice().incidentName();
          records.again(NoticeRecords.closingKey(end.record(), incident), target.name());
        }
      }
      case CLOSE -> {
        for (Numbered<Turn> trouble : lasting(kept, target)) {
          if (records.again(trouble.record().notice(), target.name())) {
            return; // one opens the incident for all
          }
        }
      }
    }
  }

  private List<Numbered<Turn>> endsOf(Kept trouble, NotificationTarget target) {
    if (!Audience.keepsIncidents(target) || trouble.turn().isEmpty()) {
      return List.of();
    }
    return records.episode(trouble.notice().episode()).endsOf(trouble.placed().get());
  }

  /// Trouble of the incident that the target is told of and that is not over.
  private List<Numbered<Turn>> lasting(Kept close, NotificationTarget target) {
    return records.episode(close.notice().episode()).lasting().stream()
        .filter(one -> one.record().incident().equals(close.notice().incidentName()))
        .filter(one -> one.record().severity().compareTo(target.least()) >= 0)
        .toList();
  }
}
