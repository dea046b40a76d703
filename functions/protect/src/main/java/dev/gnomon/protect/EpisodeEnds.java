package dev.gnomon.protect;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.Route;
import dev.gnomon.events.EventData;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.ShadowCreated;
import dev.gnomon.events.UpdateCompleted;
import dev.gnomon.events.UpdateFailed;
import io.quarkus.funqy.knative.events.CloudEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The episodes that an event ends and that are worth a word only if there was trouble in them: a
/// shadow that was taken ends that of its cell and of its resource, the end of an update that of
/// the update. A cell's is over when everything that is served from it was rolled back since.
@Singleton
class EpisodeEnds {
  /// By as much the clock of who predicts may be ahead.
  private static final Duration TOLERANCE = Duration.ofMinutes(1);

  private final Catalogue catalogue;
  private final ControlRecords records;
  private final FirstRoutes firstRoutes;
  private final TellPeople people;

  @Inject
  EpisodeEnds(
      Catalogue catalogue, ControlRecords records, FirstRoutes firstRoutes, TellPeople people) {
    this.catalogue = catalogue;
    this.records = records;
    this.firstRoutes = firstRoutes;
    this.people = people;
  }

  /// For [TellPeople#over].
  List<Notice> of(CloudEvent<? extends EventData> event) {
    OffsetDateTime time = event.time();
    return of(
        event.data(), EventIdentity.of(event), time == null ? records.time() : time.toInstant());
  }

  List<Notice> of(EventData data, String id, Instant time) {
    return switch (data) {
      case ShadowCreated created -> shadow(created, id);
      case UpdateCompleted completed -> List.of(update(completed.updateId(), "complete", id, time));
      case UpdateFailed failed ->
          List.of(update(failed.updateId(), "said to have failed", id, time));
      case RollbackCompleted completed -> cells(id);
      default -> List.of();
    };
  }

  private static List<Notice> shadow(ShadowCreated created, String id) {
    return List.of(
        shadow(created, id, Optional.of(created.cell())), shadow(created, id, Optional.empty()));
  }

  private static Notice shadow(ShadowCreated created, String id, Optional<String> cell) {
    String where = cell.map(name -> " in " + name).orElse("");
    return end(
            id + " ends " + cell.orElse("all"),
            "shadow-created",
            created.time(),
            "Shadows again: " + created.resource() + where,
            "A shadow of %s was taken in %s: %s"
                .formatted(created.resource(), created.cell(), created.point()))
        .in(EventNotices.ofShadow(created.resource(), cell), Action.RESOLVE)
        .about(created.resource());
  }

  private static Notice update(String update, String how, String id, Instant time) {
    return end(
            id,
            "update-ended",
            time,
            "Update ended: " + update,
            "Update %s, which was blocked, is %s".formatted(update, how))
        .in(EventNotices.ofUpdate(update), Action.RESOLVE)
        .about(update);
  }

  private List<Notice> cells(String id) {
    List<Notice> ends = new ArrayList<>();
    for (Cell cell : catalogue.cells()) {
      String name = cell.name().value();
      Optional<Instant> trouble = people.troubleSince(EventNotices.ofCell(name));
      if (trouble.isPresent() && dealtWith(cell, trouble.get())) {
        ends.add(
            end(
                    id + " ends " + name,
                    "cell-rolled-back",
                    records.time(),
                    "Rolled back: cell " + name,
                    "Everything that is served from cell %s was rolled back since".formatted(name))
                .in(EventNotices.ofCell(name), Action.RESOLVE)
                .about(name));
      }
    }
    return ends;
  }

  private boolean dealtWith(Cell cell, Instant trouble) {
    return catalogue.resources().stream()
        .map(firstRoutes::of)
        .filter(route -> route.primary().cell().equals(cell.name()))
        .allMatch(route -> rolledBackSince(route, trouble.minus(TOLERANCE)));
  }

  private boolean rolledBackSince(Route route, Instant trouble) {
    return RollbackRecords.causing(records, route.resource(), route.cause())
        .filter(rollback ->
            rollback.done().filter(done -> done.terminal() == Steps.Terminal.SERVING).isPresent())
        .flatMap(RollbackRecords::intent)
        .filter(intent -> !intent.time().isBefore(trouble))
        .isPresent();
  }

  private static Notice end(String id, String kind, Instant time, String title, String text) {
    return Notice.of(id, kind, Severity.INFO, time, title, text);
  }
}
