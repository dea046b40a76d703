package dev.gnomon.protect;

import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.notices.TellPeople;
import dev.gnomon.events.EventData;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.RollbackFailed;
import dev.gnomon.events.RouteSwitched;
import dev.gnomon.events.ShadowCreated;
import dev.gnomon.events.ShadowFailed;
import dev.gnomon.events.SweepDue;
import dev.gnomon.events.UpdateBlocked;
import dev.gnomon.events.UpdateCompleted;
import dev.gnomon.events.UpdateFailed;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.util.List;

/// Tells people what happened: the notice of an event is kept, then the event is done; the targets
/// are told meanwhile, and what they don't take is tried again by sweeps.
public class NotifyFunction {
  private static final String PATH = "notify";

  private final TellPeople people;
  private final NoticeMeters meters;
  private final EventNotices notices;
  private final EpisodeEnds ends;
  private final LetterSweep letters;
  private final Replies replies;

  @Inject
  public NotifyFunction(
      TellPeople people,
      NoticeMeters meters,
      EventNotices notices,
      EpisodeEnds ends,
      LetterSweep letters,
      Replies replies) {
    this.people = people;
    this.meters = meters;
    this.notices = notices;
    this.ends = ends;
    this.letters = letters;
    this.replies = replies;
  }

  @Funq("notify-update-blocked")
  @CloudEventMapping(
      trigger = UpdateBlocked.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> updateBlocked(CloudEvent<UpdateBlocked> event) {
    return tell(event);
  }

  @Funq("notify-update-completed")
  @CloudEventMapping(
      trigger = UpdateCompleted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> updateCompleted(CloudEvent<UpdateCompleted> event) {
    return tell(event);
  }

  @Funq("notify-update-failed")
  @CloudEventMapping(
      trigger = UpdateFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> updateFailed(CloudEvent<UpdateFailed> event) {
    return tell(event);
  }

  @Funq("notify-route-switched")
  @CloudEventMapping(
      trigger = RouteSwitched.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> routeSwitched(CloudEvent<RouteSwitched> event) {
    return tell(event);
  }

  @Funq("notify-rollback-completed")
  @CloudEventMapping(
      trigger = RollbackCompleted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> rollbackCompleted(CloudEvent<RollbackCompleted> event) {
    return tell(event);
  }

  @Funq("notify-rollback-failed")
  @CloudEventMapping(
      trigger = RollbackFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> rollbackFailed(CloudEvent<RollbackFailed> event) {
    return tell(event);
  }

  @Funq("notify-shadow-created")
  @CloudEventMapping(
      trigger = ShadowCreated.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> shadowCreated(CloudEvent<ShadowCreated> event) {
    return tell(event);
  }

  @Funq("notify-shadow-failed")
  @CloudEventMapping(
      trigger = ShadowFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> shadowFailed(CloudEvent<ShadowFailed> event) {
    return tell(event);
  }

  @Funq("notify-failure-predicted")
  @CloudEventMapping(
      trigger = FailurePredicted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> failurePredicted(CloudEvent<FailurePredicted> event) {
    return tell(event);
  }

  @Funq("notify-sweep-due")
  @CloudEventMapping(
      trigger = SweepDue.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> sweep(CloudEvent<SweepDue> event) {
    return replies.to(
        event,
        () -> {
          Faults faults = new Faults();
          faults.keep(() -> meters.stand(people.sweep(), people.undelivered().count()));
          faults.keep(letters::sweep);
          faults.raise();
          return List.of();
        });
  }

  private Uni<CloudEvent<EventData>> tell(CloudEvent<? extends EventData> event) {
    return replies.to(
        event,
        () -> {
          notices.of(event).ifPresent(people::notify);
          ends.of(event).forEach(people::over);
          return List.of();
        });
  }
}
