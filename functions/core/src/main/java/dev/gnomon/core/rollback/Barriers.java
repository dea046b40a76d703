package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.shadow.Point;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Where what a journal says of a primary ends: a rollback began, and what that wrote is in no
/// transaction.
///
/// @param margin how long after the end of a rollback a point must have been begun to be surely
///   younger than it
record Barriers(ControlRecords records, Duration margin) {
  /// How far back a rollback is looked for; one takes two to four epochs.
  private static final int MAX_EPOCHS_BACK = 400;

  /// @param began when the first rollback began that was not surely over before a point was taken
  record Barrier(Instant began, String why) {}

  Optional<Barrier> of(Resource resource, Epoch current, Point point) {
    Optional<Barrier> earliest = Optional.empty();
    long newest = current.value();
    for (long epoch = newest; epoch >= 1; epoch--) {
      if (epoch == newest - MAX_EPOCHS_BACK) {
        return Optional.of(
            new Barrier(
                point.started(), "nobody looked for older rollbacks of " + resource.name()));
      }
      RollbackRecords rollback = new RollbackRecords(records, resource.name(), new Epoch(epoch));
      Optional<Intent> intent = rollback.intent();
      if (intent.isEmpty()) {
        continue;
      }
      Instant over = rollback.done().map(Steps.DoneStep::time).orElse(intent.get().time());
      if (over.plus(margin).isBefore(point.started())) {
        return earliest;
      }
      earliest =
          Optional.of(
              new Barrier(
                  intent.get().time(),
                  "rollback %s began at %s, and no point was taken since, more than %d s after its end, that could be gone on from"
                      .formatted(
                          intent.get().rollback(), intent.get().time(), margin.toSeconds())));
    }
    return earliest;
  }
}
