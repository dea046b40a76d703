package dev.gnomon.protect;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.actuators.Notice.Action;
import dev.gnomon.core.actuators.Notice.Link;
import dev.gnomon.core.catalogue.Severity;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.events.EventData;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.RollbackFailed;
import dev.gnomon.events.RouteSwitched;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.UpdateBlocked;
import io.quarkus.funqy.knative.events.CloudEvent;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/// What people are told of an event. All that befalls a resource is one episode: a prediction or a
/// rollback that fails is trouble, a rollback that is complete ends it. Each rollback that fails is
/// an incident of its own: it has to alarm somebody, whatever is known already.
@Singleton
class EventNotices {
  private final Supplier<Instant> now;
  private final Function<String, Optional<Instant>> ended;
  private final Optional<URI> api;

  @Inject
  EventNotices(ControlRecords records, ProtectSettings settings) {
    this(
        records::time,
        rollback ->
            RollbackRecords.of(records, rollback)
                .flatMap(RollbackRecords::done)
                .map(Steps.DoneStep::time),
        settings.publicUrl());
  }

  /// @param ended when a rollback ended, by its id, as far as that is known
  /// @param api address under which people reach the API; links go there
  EventNotices(
      Supplier<Instant> now, Function<String, Optional<Instant>> ended, Optional<URI> api) {
    this.now = now;
    this.ended = ended;
    this.api = api;
  }

  /// Empty for events that nobody is told of.
  Optional<Notice> of(CloudEvent<? extends EventData> event) {
    OffsetDateTime time = event.time();
    return of(event.data(), EventIdentity.of(event), time == null ? now.get() : time.toInstant());
  }

  Optional<Notice> of(EventData data, String id, Instant time) {
    return switch (data) {
      case UpdateBlocked blocked -> Optional.of(updateBlocked(blocked, id, time));
      case RouteSwitched switched -> Optional.of(routeSwitched(switched, id, time));
      // An event says when it was sent, which may be long after the end that it tells of.
      case RollbackCompleted completed ->
          Optional.of(
              rollbackCompleted(completed, id, ended.apply(completed.rollback()).orElse(time)));
      case RollbackFailed failed ->
          Optional.of(rollbackFailed(failed, id, ended.apply(failed.rollback()).orElse(time)));
      case ShadowFailed failed -> Optional.of(shadowFailed(failed, id, time));
      case FailurePredicted predicted -> Optional.of(failurePredicted(predicted, id, time));
      default -> Optional.empty();
    };
  }

  private Notice updateBlocked(UpdateBlocked data, String id, Instant time) {
    String failures =
        String.join(
            "; ",
            data.failures().stream()
                .map(failure -> failure.resource() + ": " + failure.reason())
                .toList());
    return Notice.of(
            id,
            "update-blocked",
            Severity.WARNING,
            time,
            "Update blocked: " + data.updateId(),
            "Update %s is blocked: %s. %s".formatted(data.updateId(), data.reason(), failures))
        .in(ofUpdate(data.updateId()), Action.TRIGGER)
        .about(data.updateId())
        .with("Update", data.updateId())
        .with("Reason", data.reason())
        .linked(links("The update", "/updates/", data.updateId()));
  }

  private Notice routeSwitched(RouteSwitched data, String id, Instant time) {
    boolean serving = data.state() == RouteSwitched.State.SERVING;
    return Notice.of(
            id,
            "route-switched",
            Severity.WARNING,
            time,
            "Route switched: " + data.resource(),
            "%s is %s from %s:%s at epoch %d (was %d), fence %s."
                .formatted(
                    data.resource(),
                    serving ? "served" : "frozen, to be served",
                    data.primary().cell(),
                    data.primary().path(),
                    data.epoch(),
                    data.epochBefore(),
                    data.fenced()))
        .in(episode(data.resource()), Action.INFORM)
        .about(data.resource())
        .with("Resource", data.resource())
        .with("Primary", data.primary().cell() + ":" + data.primary().path())
        .with("Epoch", data.epochBefore() + " -> " + data.epoch())
        .with("Fence", data.fenced().name().toLowerCase(Locale.ROOT))
        .linked(links("Status", "/status", ""));
  }

  private Notice rollbackCompleted(RollbackCompleted data, String id, Instant time) {
    return Notice.of(
            id,
            "rollback-completed",
            Severity.INFO,
            time,
            "Rollback complete: " + data.resource(),
            "Rollback %s is complete: %s is back at %s (%d files, %d bytes restored), epoch %d. Undo: gnomon undo %s"
                .formatted(
                    data.rollback(),
                    data.resource(),
                    data.point(),
                    data.filesRestored(),
                    data.bytesRestored(),
                    data.epochAfter(),
                    data.rollback()))
        .in(episode(data.resource()), Action.RESOLVE)
        .about(data.resource())
        .with("Resource", data.resource())
        .with("Rollback", data.rollback())
        .with("Point", data.point())
        .with("Epoch", data.epochBefore() + " -> " + data.epochAfter())
        .linked(links("The rollback", "/rollbacks/", data.rollback()));
  }

  private Notice rollbackFailed(RollbackFailed data, String id, Instant time) {
    return Notice.of(
            id,
            "rollback-failed",
            Severity.CRITICAL,
            time,
            "Rollback failed: " + data.resource(),
            "Rollback %s of %s failed: %s. Now: %s"
                .formatted(data.rollback(), data.resource(), data.reason(), data.state()))
        .in(episode(data.resource()), Action.TRIGGER)
        .alarming(episode(data.resource()) + "/rollback/" + data.rollback())
        .about(data.resource())
        .with("Resource", data.resource())
        .with("Rollback", data.rollback())
        .with("Reason", data.reason())
        .with("Now", data.state())
        .linked(links("The rollback", "/rollbacks/", data.rollback()));
  }

  private Notice shadowFailed(ShadowFailed data, String id, Instant time) {
    String cell = data.cell().map(name -> " in " + name).orElse("");
    return Notice.of(
            id,
            "shadow-failed",
            Severity.WARNING,
            time,
            "No shadow: " + data.resource() + cell,
            "No shadow of %s%s: %s".formatted(data.resource(), cell, data.reason()))
        .in(ofShadow(data.resource(), data.cell()), Action.TRIGGER)
        .about(data.resource())
        .with("Resource", data.resource())
        .with("Reason", data.reason())
        .linked(links("Status", "/status", ""));
  }

  private Notice failurePredicted(FailurePredicted data, String id, Instant time) {
    String what = data.resource().orElseGet(() -> "cell " + data.cell().orElseThrow());
    String confidence = String.format(Locale.ROOT, "%.2f", data.confidence());
    Optional<String> probability =
        data.probability().map(p -> String.format(Locale.ROOT, "%.2f", p));
    Notice notice =
        Notice.of(
                id,
                "failure-predicted",
                Severity.WARNING,
                time,
                "Failure predicted: " + what,
                "Failure of %s predicted for %s (onset %s, %sconfidence %s): %s"
                    .formatted(
                        what,
                        data.at(),
                        data.onset(),
                        probability.map(p -> "probability " + p + ", ").orElse(""),
                        confidence,
                        String.join("; ", data.evidence())))
            .in(
                data.resource()
                    .map(EventNotices::episode)
                    .orElseGet(() -> ofCell(data.cell().orElseThrow())),
                Action.TRIGGER)
            .about(data.resource().or(data::cell).orElseThrow())
            .with("About", what)
            .with("Onset", data.onset())
            .with("Expected", data.at())
            .with("Confidence", confidence)
            .linked(links("Status", "/status", ""));
    return probability.isPresent() ? notice.with("Probability", probability.get()) : notice;
  }

  private static String episode(String resource) {
    return "resource/" + resource;
  }

  static String ofUpdate(String id) {
    return "update/" + id;
  }

  static String ofCell(String cell) {
    return "cell/" + cell;
  }

  /// @param cell empty for trouble of the resource as a whole
  static String ofShadow(String resource, Optional<String> cell) {
    return "shadow/" + resource + cell.map(name -> "/" + name).orElse("");
  }

  private List<Link> links(String text, String path, String name) {
    return api
        .map(base -> base.toString().replaceFirst("/+$", "") + path + encoded(name))
        .filter(Link::possible)
        .map(href -> new Link(text, href))
        .stream()
        .toList();
  }

  private static String encoded(String name) {
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
