package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Route;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Whether trouble of a resource was dealt with since it began.
record DealtWith(ControlRecords records) {
  /// A rollback takes two to four epochs.
  private static final int MAX_EPOCHS_BACK = 200;

  private static final Duration ASK_AGAIN = Duration.ofSeconds(5);

  /// Why trouble that began at the onset needs nothing any more: a person or an earlier rollback
  /// has dealt with it.
  ///
  /// @param route of the resource, as the decision is made on
  Optional<String> since(Resource resource, Route route, Instant onset, String eventId) {
    return since(resource, route, onset, Instant.MAX, eventId);
  }

  /// Likewise, of trouble that is known to have been there at a time: what went back to a younger
  /// point has not dealt with it.
  ///
  /// @param newest time of the newest point that is from before it
  /// @throws Busy while a rollback to a younger point runs: what it leaves is decided about then
  Optional<String> since(
      Resource resource, Route route, Instant onset, Instant newest, String eventId) {
    return undone(resource, route, onset)
        .map(undo ->
            "a person undid an automatic rollback (%s) after the onset; what is predicted began before that"
                .formatted(undo))
        .or(() -> {
          awaited(resource, route, newest, eventId);
          return answeredBy(resource, route, onset, newest, eventId)
              .map(rollback -> "rollback " + rollback + " has answered it already");
        });
  }

  private void awaited(Resource resource, Route route, Instant newest, String eventId) {
    new Running(records)
        .of(resource.name(), route)
        .filter(intent -> intent.undoes().isEmpty() && !isOf(intent.request(), eventId))
        .filter(intent -> goesBackTo(intent).isAfter(newest))
        .ifPresent(intent -> {
          throw new Busy(
              "rollback %s of %s runs and goes back to %s, the trouble is older than %s"
                  .formatted(intent.correlation(), resource.name(), goesBackTo(intent), newest),
              ASK_AGAIN);
        });
  }

  /// Time of the point that a rollback uses, or would use next.
  private Instant goesBackTo(Intent intent) {
    int rejected =
        new RollbackRecords(records, intent.resource(), intent.epochBefore()).rejected().size();
    return intent.candidates().get(Math.min(rejected, intent.candidates().size() - 1)).time();
  }

  /// The undo of an automatic rollback, if it was asked for after the onset: who undid it has
  /// judged this trouble, and is not overruled by its next prediction. A group's rollback counts as
  /// automatic.
  private Optional<String> undone(Resource resource, Route route, Instant onset) {
    long newest = route.epoch().value();
    for (long epoch = newest; epoch >= 1 && epoch > newest - MAX_EPOCHS_BACK; epoch--) {
      RollbackRecords rollback = new RollbackRecords(records, resource.name(), new Epoch(epoch));
      Optional<Intent> intent = rollback.intent();
      if (intent.isEmpty()) {
        continue;
      }
      if (!intent.get().time().isAfter(onset)) {
        return Optional.empty();
      }
      Optional<String> undoes = intent.get().undoes();
      if (undoes.isPresent() && isAutomatic(undoes.get())) {
        return Optional.of(intent.get().correlation());
      }
    }
    return Optional.empty();
  }

  private boolean isAutomatic(String rollback) {
    return RollbackRecords.of(records, rollback)
        .flatMap(RollbackRecords::intent)
        .map(intent -> intent.by() == By.AUTOMATION)
        .orElse(true);
  }

  /// A rollback that began after the onset, and serves, whether it is over or waits to return, has
  /// answered the prediction: who predicts the same trouble again and again does not get a rollback
  /// each time.
  private Optional<String> answeredBy(
      Resource resource, Route route, Instant onset, Instant newest, String eventId) {
    return RollbackRecords.causing(records, resource.name(), route.cause())
        .filter(at -> at.has("released"))
        .flatMap(RollbackRecords::intent)
        .filter(intent -> !isOf(intent.request(), eventId))
        .filter(intent -> intent.undoes().isEmpty() && intent.time().isAfter(onset))
        .filter(intent -> !goesBackTo(intent).isAfter(newest))
        .map(intent -> intent.correlation());
  }

  /// The very same event, delivered again, goes on with its own rollback.
  private static boolean isOf(Optional<String> request, String eventId) {
    return request.map(one -> one.equals(eventId) || one.startsWith(eventId + "/")).orElse(false);
  }
}
