package dev.gnomon.protect;

import dev.gnomon.core.automation.Approvals;
import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Answers.Answer;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.events.By;
import dev.gnomon.events.DecisionApproved;
import dev.gnomon.events.EventData;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.RollbackPartRequested;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.events.SweepDue;
import dev.gnomon.events.UpdateFailed;
import dev.gnomon.protect.webhooks.ForgetDeliveries;
import dev.gnomon.protect.webhooks.HookLog;
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

/// Begins rollbacks, carries them on, and reacts to predictions and failed updates.
public class RollbackFunction {
  private final Rollbacks rollbacks;
  private final Automation automation;
  private final Approvals approvals;
  private final UpdateRecords updates;
  private final Answers answers;
  private final HookLog hooks;
  private final ForgetDeliveries old;
  private final Telling telling;
  private final Replies replies;

  @Inject
  public RollbackFunction(
      Rollbacks rollbacks,
      Automation automation,
      Approvals approvals,
      UpdateRecords updates,
      Answers answers,
      HookLog hooks,
      ForgetDeliveries old,
      Telling telling,
      Replies replies) {
    this.rollbacks = rollbacks;
    this.automation = automation;
    this.approvals = approvals;
    this.updates = updates;
    this.answers = answers;
    this.hooks = hooks;
    this.old = old;
    this.telling = telling;
    this.replies = replies;
  }

  @Funq("rollback-requested")
  @CloudEventMapping(
      trigger = RollbackRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))
  public Uni<CloudEvent<EventData>> requested(CloudEvent<RollbackRequested> event) {
    return replies.to(
        event,
        () ->
            telling.about(
                event,
                () -> {
                  String id = EventIdentity.of(event);
                  return event.data().by() == By.PERSON
                      ? request(id, event.data())
                      : demand(id, event.data());
                }));
  }

  @Funq("rollback-part-requested")
  @CloudEventMapping(
      trigger = RollbackPartRequested.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))
  public Uni<CloudEvent<EventData>> part(CloudEvent<RollbackPartRequested> event) {
    return replies.to(
        event,
        () ->
            telling.about(
                event,
                () -> {
                  var part = event.data().part();
                  rollbacks.advance(
                      event.data().rollback(),
                      part.isPresent() ? Optional.of(part.getAsInt()) : Optional.empty());
                  return List.of();
                }));
  }

  @Funq("rollback-failure-predicted")
  @CloudEventMapping(
      trigger = FailurePredicted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))
  public Uni<CloudEvent<EventData>> predicted(CloudEvent<FailurePredicted> event) {
    return replies.to(
        event, () -> telling.about(event, () -> predict(EventIdentity.of(event), event.data())));
  }

  @Funq("rollback-decision-approved")
  @CloudEventMapping(
      trigger = DecisionApproved.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))
  public Uni<CloudEvent<EventData>> approved(CloudEvent<DecisionApproved> event) {
    return replies.to(
        event, () -> telling.about(event, () -> approve(EventIdentity.of(event), event.data())));
  }

  @Funq("rollback-update-failed")
  @CloudEventMapping(
      trigger = UpdateFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))
  public Uni<CloudEvent<EventData>> updateFailed(CloudEvent<UpdateFailed> event) {
    return replies.to(event, () -> telling.about(event, () -> updateFailed(event.data())));
  }

  @Funq("rollback-sweep-due")
  @CloudEventMapping(
      trigger = SweepDue.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "rollback"))
  public Uni<CloudEvent<EventData>> sweep(CloudEvent<SweepDue> event) {
    return replies.to(
        event,
        () ->
            telling.about(
                event,
                () -> {
                  new RollbackSweep(rollbacks, approvals, hooks, old).run();
                  return List.of();
                }));
  }

  private List<Outgoing> request(String eventId, RollbackRequested wanted) {
    Optional<Answer> known = answers.of(eventId);
    Begun begun =
        known.isPresent() && known.get().rollback().isPresent()
            ? new Begun.Accepted(known.get().rollback().get())
            : rollbacks.begin(RollbackRequests.of(wanted).askedBy(eventId));
    switch (begun) {
      case Begun.Accepted accepted -> {
        answers.give(eventId, Answer.accepted("rollback", accepted.rollback()));
        rollbacks.advance(accepted.rollback(), Optional.empty());
      }
      case Begun.Joined joined -> {
        answers.give(eventId, Answer.accepted("rollback", joined.rollback()));
      }
      case Begun.Refused refused -> {
        answers.give(eventId, Answer.refused("rollback", refused.reason()));
        throw new Refusal(refused.reason());
      }
    }
    return List.of();
  }

  /// A machine asks: whether anything is done is for automation to decide.
  private List<Outgoing> demand(String eventId, RollbackRequested wanted) {
    Optional<Answer> known = answers.of(eventId);
    if (known.isPresent()) {
      known.get().rollback().ifPresent(id -> rollbacks.advance(id, Optional.empty()));
      return List.of();
    }
    Decision decision;
    try {
      decision = automation.requested(RollbackRequests.demand(wanted, eventId));
    } catch (Refusal refusal) {
      answers.give(eventId, Answer.refused("rollback", String.valueOf(refusal.getMessage())));
      throw refusal;
    }
    answers.give(
        eventId,
        decision
            .rollback()
            .map(rollback -> Answer.accepted("rollback", rollback))
            .orElseGet(() -> Answer.refused("rollback", decision.reason())));
    decision.rollback().ifPresent(rollback -> rollbacks.advance(rollback, Optional.empty()));
    return List.of();
  }

  private List<Outgoing> approve(String eventId, DecisionApproved approved) {
    Optional<Answer> known = answers.of(eventId);
    if (known.isPresent()) {
      known.get().rollback().ifPresent(id -> rollbacks.advance(id, Optional.empty()));
      return List.of();
    }
    String rollback;
    try {
      rollback =
          approvals.approve(
              approved.decision(),
              approved.evidence(),
              approved.by().orElse("an event"),
              approved.beyondLimits().orElse(false));
    } catch (Refusal refusal) {
      answers.give(eventId, Answer.refused("rollback", String.valueOf(refusal.getMessage())));
      throw refusal;
    }
    answers.give(eventId, Answer.accepted("rollback", rollback));
    rollbacks.advance(rollback, Optional.empty());
    return List.of();
  }

  private List<Outgoing> predict(String eventId, FailurePredicted predicted) {
    List<ResourceName> resources =
        predicted
            .resource()
            .map(name -> List.of(new ResourceName(name)))
            .orElseGet(() -> automation.servedFrom(new CellName(predicted.cell().orElseThrow())));
    return FactEvents.of(
        automation.predicted(
            PredictedFailure.of(predicted, resources, eventId),
            rollback -> rollbacks.advance(rollback, Optional.empty())));
  }

  private List<Outgoing> updateFailed(UpdateFailed failed) {
    UpdateId id = new UpdateId(failed.updateId());
    UpdateRecords.Request update =
        updates.request(id).orElseThrow(() -> new Refusal("unknown update '" + id + "'"));
    // The function `update` says the same; whoever comes first, an end that stands is not failed
    // again.
    UpdateRecords.Ended ended =
        updates
            .end(
                id,
                new UpdateRecords.Ended(
                    UpdateRecords.End.FAILED,
                    RollbackRequests.by(failed.by()),
                    failed.reason(),
                    updates.time()))
            .record();
    if (ended.end() == UpdateRecords.End.COMPLETED) {
      throw new Refusal(
          "update %s has ended already: COMPLETED at %s; `gnomon rollback --update %s` rolls it back"
              .formatted(id, ended.time(), id));
    }
    automation
        .updateFailed(
            update,
            false,
            RollbackRequests.by(failed.by()),
            failed.reason().orElse("no reason was given"),
            "update-failed/" + id)
        .ifPresent(rollback -> rollbacks.advance(rollback, Optional.empty()));
    return List.of();
  }
}
