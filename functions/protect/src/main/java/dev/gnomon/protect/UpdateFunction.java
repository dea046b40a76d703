package dev.gnomon.protect;

import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.core.update.Updates;
import dev.gnomon.core.update.Updates.Announced;
import dev.gnomon.events.EventData;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.ShadowCreated;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.SweepDue;
import dev.gnomon.events.UpdateCompleted;
import dev.gnomon.events.UpdateFailed;
import dev.gnomon.events.UpdateHeartbeat;
import dev.gnomon.events.UpdateRequested;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/// Keeps the barrier of updates: announced, shadowed, ready or blocked, ended.
public class UpdateFunction {
  private static final String PATH = "update";

  private final Updates updates;
  private final UpdateRecords records;
  private final Automation automation;
  private final Rollbacks rollbacks;
  private final Answers answers;
  private final Telling telling;
  private final Replies replies;
  private final SweepLog log = new SweepLog();

  @Inject
  public UpdateFunction(
      Updates updates,
      UpdateRecords records,
      Automation automation,
      Rollbacks rollbacks,
      Answers answers,
      Telling telling,
      Replies replies) {
    this.updates = updates;
    this.records = records;
    this.automation = automation;
    this.rollbacks = rollbacks;
    this.answers = answers;
    this.telling = telling;
    this.replies = replies;
  }

  @Funq("update-requested")
  @CloudEventMapping(
      trigger = UpdateRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> requested(CloudEvent<UpdateRequested> event) {
    return replies.to(event, () -> announce(EventIdentity.of(event), event.data()));
  }

  @Funq("update-completed")
  @CloudEventMapping(
      trigger = UpdateCompleted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> completed(CloudEvent<UpdateCompleted> event) {
    return replies.to(
        event,
        () ->
            end(
                EventIdentity.of(event),
                event.data().updateId(),
                End.COMPLETED,
                By.PERSON,
                Optional.empty()));
  }

  @Funq("update-failed")
  @CloudEventMapping(
      trigger = UpdateFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> failed(CloudEvent<UpdateFailed> event) {
    UpdateFailed failed = event.data();
    return replies.to(
        event,
        () ->
            end(
                EventIdentity.of(event),
                failed.updateId(),
                End.FAILED,
                RollbackRequests.by(failed.by()),
                failed.reason()));
  }

  @Funq("update-heartbeat")
  @CloudEventMapping(
      trigger = UpdateHeartbeat.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> heartbeat(CloudEvent<UpdateHeartbeat> event) {
    return replies.to(
        event,
        () -> {
          UpdateId id = new UpdateId(event.data().updateId());
          if (!updates.heartbeat(id)) {
            throw refuse(EventIdentity.of(event), "unknown update '" + id + "'");
          }
          answers.give(EventIdentity.of(event), Answer.taken(List.of()));
          return List.of();
        });
  }

  @Funq("update-shadow-created")
  @CloudEventMapping(
      trigger = ShadowCreated.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> shadowCreated(CloudEvent<ShadowCreated> event) {
    return replies.to(event, () -> shadowEnded(event.data().updateId()));
  }

  @Funq("update-shadow-failed")
  @CloudEventMapping(
      trigger = ShadowFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> shadowFailed(CloudEvent<ShadowFailed> event) {
    return replies.to(event, () -> shadowEnded(event.data().updateId()));
  }

  @Funq("update-sweep-due")
  @CloudEventMapping(
      trigger = SweepDue.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> sweep(CloudEvent<SweepDue> event) {
    return replies.to(event, () -> telling.about(event, this::sweep));
  }

  private List<Outgoing> announce(String eventId, UpdateRequested wanted) {
    return switch (updates.announce(
        new UpdateId(wanted.updateId()),
        wanted.resources().stream().map(ResourceName::new).toList(),
        wanted.heartbeat(),
        wanted.reason(),
        eventId)) {
      case Announced.Accepted accepted -> {
        answers.give(
            eventId,
            new Answer(
                Answers.Outcome.ACCEPTED, "update", Optional.empty(), List.of(), Optional.empty()));
        yield FactEvents.of(accepted.facts());
      }
      case Announced.Refused refused -> throw refuse(eventId, refused.reason());
    };
  }

  private List<Outgoing> end(
      String eventId, String updateId, End end, By by, Optional<String> reason) {
    UpdateId id = new UpdateId(updateId);
    Optional<Outcome<UpdateRecords.Ended>> outcome = updates.end(id, end, by, reason);
    if (outcome.isEmpty()) {
      throw refuse(eventId, "unknown update '" + id + "'");
    }
    UpdateRecords.Ended holds = outcome.get().record();
    if (holds.end() != end) {
      throw refuse(
          eventId,
          "update %s has ended already: %s at %s".formatted(id, holds.end(), holds.time()));
    }
    answers.give(eventId, Answer.taken(List.of()));
    return List.of();
  }

  private List<Outgoing> shadowEnded(Optional<String> updateId) {
    return updateId
        .map(id -> FactEvents.of(updates.shadowEnded(new UpdateId(id))))
        .orElse(List.of());
  }

  private List<Outgoing> sweep() {
    Updates.Swept swept = updates.sweep();
    swept.waiting().forEach((id, reason) -> log.waits("update " + id, reason));
    for (UpdateId id : swept.lost()) {
      log.attempt("the lost heartbeat of update " + id, () -> heartbeatLost(id));
    }
    return FactEvents.of(swept.facts());
  }

  private void heartbeatLost(UpdateId id) {
    UpdateRecords.Request update = records.request(id).orElseThrow();
    automation
        .updateFailed(
            update,
            true,
            By.AUTOMATION,
            "no heartbeat for %d intervals of %s"
                .formatted(Updates.LOST_AFTER_INTERVALS, update.heartbeat().orElseThrow()),
            "heartbeat-lost/" + id)
        .ifPresent(rollback -> rollbacks.advance(rollback, Optional.empty()));
    updates.end(id, End.HEARTBEAT_LOST, By.AUTOMATION, Optional.empty());
  }

  private Refusal refuse(String eventId, String reason) {
    answers.give(eventId, Answer.refused("update", reason));
    return new Refusal(reason);
  }
}
