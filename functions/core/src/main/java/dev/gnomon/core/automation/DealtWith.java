package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.Route;
import java.time.Instant;
import java.util.Optional;

/// Whether trouble of a resource was dealt with since it began.
record DealtWith(ControlRecords records, FirstRoutes firstRoutes) {
  /// A rollback takes two to four epochs.
  private static final int MAX_EPOCHS_BACK = 200;

  /// Why trouble that began at the onset needs nothing any more: a person or an earlier rollback
  /// has dealt with it.
  Optional<String> since(Resource resource, Instant onset, String eventId) {
    return undone(resource, onset)
        .map(undo ->
            "a person undid an automatic rollback (%s) after the onset; what is predicted began before that"
                .formatted(undo))
        .or(() ->
            answeredBy(resource, onset, eventId)
                .map(rollback -> "rollback " + rollback + " has answered it already"));
  }

  /// The undo of an automatic rollback, if it was asked for after the onset: who undid it has
  /// judged this trouble, and is not overruled by its next prediction. A group's rollback counts as
  /// automatic.
  private Optional<String> undone(Resource resource, Instant onset) {
    long newest = firstRoutes.of(resource).epoch().value();
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

  /// A rollback that began after the onset, and serves, has answered the prediction: who predicts
  /// the same trouble again and again does not get a rollback each time.
  private Optional<String> answeredBy(Resource resource, Instant onset, String eventId) {
    Route route = firstRoutes.of(resource);
    return RollbackRecords.causing(records, resource.name(), route.cause())
        .filter(
            at -> at.done().map(done -> done.terminal() == Steps.Terminal.SERVING).orElse(false))
        .flatMap(RollbackRecords::intent)
        .filter(intent -> !isOf(intent.request(), eventId))
        .filter(intent -> intent.undoes().isEmpty() && intent.time().isAfter(onset))
        .map(intent -> intent.correlation());
  }

  /// The very same event, delivered again, goes on with its own rollback.
  private static boolean isOf(Optional<String> request, String eventId) {
    return request.map(one -> one.equals(eventId) || one.startsWith(eventId + "/")).orElse(false);
  }
}
