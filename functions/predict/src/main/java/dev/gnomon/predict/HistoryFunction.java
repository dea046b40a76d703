package dev.gnomon.predict;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.EventData;
import dev.gnomon.events.MigrationAnnounced;
import dev.gnomon.events.PointRef;
import dev.gnomon.events.RollbackCompleted;
import dev.gnomon.events.RollbackFailed;
import dev.gnomon.events.RollbackStarted;
import dev.gnomon.events.UpdateReady;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.util.List;

/// Tells predictions what befell resources: that they are changed, and that they failed.
public class HistoryFunction {
  private static final String PATH = "telemetry";

  private final History history;
  private final Clock clock;
  private final Replies replies;

  @Inject
  public HistoryFunction(History history, Clock clock, Replies replies) {
    this.history = history;
    this.clock = clock;
    this.replies = replies;
  }

  /// The deployment begins when everything is ready.
  @Funq("telemetry-update-ready")
  @CloudEventMapping(
      trigger = UpdateReady.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> ready(CloudEvent<UpdateReady> event) {
    return told(
        event,
        () ->
            event.data().points().stream()
                .map(PointRef::resource)
                .distinct()
                .forEach(name -> history.changed(new ResourceName(name), time(event))));
  }

  @Funq("telemetry-migration-announced")
  @CloudEventMapping(
      trigger = MigrationAnnounced.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> announced(CloudEvent<MigrationAnnounced> event) {
    MigrationAnnounced data = event.data();
    return told(
        event,
        () -> {
          data.resource()
              .ifPresent(name -> history.changed(new ResourceName(name), data.startsAt()));
          data.cell().ifPresent(name -> history.changed(new CellName(name), data.startsAt()));
        });
  }

  @Funq("telemetry-rollback-started")
  @CloudEventMapping(
      trigger = RollbackStarted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> started(CloudEvent<RollbackStarted> event) {
    return failed(event, event.data().resource(), event.data().epochBefore());
  }

  @Funq("telemetry-rollback-completed")
  @CloudEventMapping(
      trigger = RollbackCompleted.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> completed(CloudEvent<RollbackCompleted> event) {
    return told(
        event, () -> history.changed(new ResourceName(event.data().resource()), time(event)));
  }

  @Funq("telemetry-rollback-failed")
  @CloudEventMapping(
      trigger = RollbackFailed.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> failed(CloudEvent<RollbackFailed> event) {
    return failed(event, event.data().resource(), event.data().epochBefore());
  }

  private Uni<CloudEvent<EventData>> failed(
      CloudEvent<? extends EventData> event, String resource, long epoch) {
    return told(
        event, () -> history.failed(new ResourceName(resource), new Epoch(epoch), time(event)));
  }

  private Uni<CloudEvent<EventData>> told(CloudEvent<? extends EventData> event, Runnable telling) {
    return replies.to(
        event,
        () -> {
          telling.run();
          return List.of();
        });
  }

  private Instant time(CloudEvent<? extends EventData> event) {
    return event.time() == null ? clock.instant() : event.time().toInstant();
  }
}
