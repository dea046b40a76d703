package dev.gnomon.protect;

import dev.gnomon.core.actuators.Notifier;
import dev.gnomon.core.actuators.Notifier.Notice;
import dev.gnomon.core.actuators.Notifier.Severity;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.events.EventData;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.RollbackFailed;
import dev.gnomon.events.RouteSwitched;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.UpdateBlocked;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;

/// Tells people what happened, once an event as far as that is known: what was told is remembered.
public class NotifyFunction {
  private static final String PATH = "notify";

  private final Notifier notifier;
  private final ControlRecords records;
  private final Replies replies;

  @Inject
  public NotifyFunction(Notifier notifier, ControlRecords records, Replies replies) {
    this.notifier = notifier;
    this.records = records;
    this.replies = replies;
  }

  record Notified(Instant time) {}

  @Funq("notify-update-blocked")
  @CloudEventMapping(
      trigger = UpdateBlocked.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> updateBlocked(CloudEvent<UpdateBlocked> event) {
    UpdateBlocked data = event.data();
    return tell(
        event,
        Severity.WARNING,
        "Update %s is blocked: %s. %s"
            .formatted(
                data.updateId(),
                data.reason(),
                String.join(
                    "; ",
                    data.failures().stream()
                        .map(failure -> failure.resource() + ": " + failure.reason())
                        .toList())));
  }

  @Funq("notify-route-switched")
  @CloudEventMapping(
      trigger = RouteSwitched.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> routeSwitched(CloudEvent<RouteSwitched> event) {
    RouteSwitched data = event.data();
    return tell(
        event,
        Severity.WARNING,
        "%s is %s from %s:%s at epoch %d (was %d), fence %s."
            .formatted(
                data.resource(),
                data.state() == RouteSwitched.State.SERVING ? "served" : "frozen, to be served",
                data.primary().cell(),
                data.primary().path(),
                data.epoch(),
                data.epochBefore(),
                data.fenced()));
  }

  @Funq("notify-rollback-completed")
  @CloudEventMapping(
      trigger = RollbackCompleted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> rollbackCompleted(CloudEvent<RollbackCompleted> event) {
    RollbackCompleted data = event.data();
    return tell(
        event,
        Severity.INFO,
        "Rollback %s is complete: %s is back at %s (%d files, %d bytes restored), epoch %d. Undo: gnomon undo %s"
            .formatted(
                data.rollback(),
                data.resource(),
                data.point(),
                data.filesRestored(),
                data.bytesRestored(),
                data.epochAfter(),
                data.rollback()));
  }

  @Funq("notify-rollback-failed")
  @CloudEventMapping(
      trigger = RollbackFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> rollbackFailed(CloudEvent<RollbackFailed> event) {
    RollbackFailed data = event.data();
    return tell(
        event,
        Severity.CRITICAL,
        "Rollback %s of %s failed: %s. Now: %s"
            .formatted(data.rollback(), data.resource(), data.reason(), data.state()));
  }

  @Funq("notify-shadow-failed")
  @CloudEventMapping(
      trigger = ShadowFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> shadowFailed(CloudEvent<ShadowFailed> event) {
    ShadowFailed data = event.data();
    return tell(
        event,
        Severity.WARNING,
        "No shadow of %s%s: %s"
            .formatted(
                data.resource(), data.cell().map(cell -> " in " + cell).orElse(""), data.reason()));
  }

  @Funq("notify-failure-predicted")
  @CloudEventMapping(
      trigger = FailurePredicted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> failurePredicted(CloudEvent<FailurePredicted> event) {
    FailurePredicted data = event.data();
    return tell(
        event,
        Severity.WARNING,
        "Failure of %s predicted for %s (onset %s, confidence %.2f): %s"
            .formatted(
                data.resource().orElseGet(() -> "cell " + data.cell().orElseThrow()),
                data.at(),
                data.onset(),
                data.confidence(),
                String.join("; ", data.evidence())));
  }

  private Uni<CloudEvent<EventData>> tell(
      CloudEvent<? extends EventData> event, Severity severity, String text) {
    return replies.to(
        event,
        () -> {
          ObjectName marker = ObjectName.of("notified", Answers.key(EventIdentity.of(event)));
          if (!records.exists(marker)) {
            notifier.notify(new Notice(event.id(), severity, text));
            records.create(marker, new Notified(records.time()));
          }
          return List.of();
        });
  }
}
