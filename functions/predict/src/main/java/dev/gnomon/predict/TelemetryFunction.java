package dev.gnomon.predict;

import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.events.EventData;
import dev.gnomon.events.ObservedSample;
import dev.gnomon.events.ObservedSample.Label;
import dev.gnomon.events.SweepDue;
import dev.gnomon.events.TelemetryObserved;
import dev.gnomon.runtime.Replies;
import dev.gnomon.runtime.gate.Gate;
import io.quarkus.funqy.Funq;
import io.quarkus.funqy.knative.events.CloudEvent;
import io.quarkus.funqy.knative.events.CloudEventMapping;
import io.quarkus.funqy.knative.events.EventAttribute;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.List;
import java.util.stream.Collectors;

/// Takes telemetry in and announces failures that it foretells.
public class TelemetryFunction {
  private static final String PATH = "telemetry";

  private final ObserveSamples observeSamples;
  private final Announcements announcements;
  private final TelemetryMeters meters;
  private final PredictionMeters models;
  private final Clock clock;
  private final Replies replies;

  @Inject
  public TelemetryFunction(
      ObserveSamples observeSamples,
      Announcements announcements,
      TelemetryMeters meters,
      PredictionMeters models,
      Clock clock,
      Replies replies) {
    this.observeSamples = observeSamples;
    this.announcements = announcements;
    this.meters = meters;
    this.models = models;
    this.clock = clock;
    this.replies = replies;
  }

  @Funq("telemetry-observed")
  @CloudEventMapping(
      trigger = TelemetryObserved.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> observed(CloudEvent<TelemetryObserved> event) {
    return replies.to(
        event,
        () -> {
          List<Sample> samples =
              event.data().samples().stream().map(TelemetryFunction::sample).toList();
          ObserveSamples.Observed observed = observeSamples.observe(samples, clock.instant());
          meters.count(observed.counts());
          models.show();
          return announcements.of(observed.foreseen());
        });
  }

  @Funq("telemetry-sweep-due")
  @CloudEventMapping(
      trigger = SweepDue.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = PATH))
  public Uni<CloudEvent<EventData>> sweep(CloudEvent<SweepDue> event) {
    return replies.to(
        event,
        () -> {
          List<Foreseen> foreseen = observeSamples.sweep(clock.instant());
          models.show();
          return announcements.of(foreseen);
        });
  }

  private static Sample sample(ObservedSample observed) {
    return new Sample(
        SeriesKey.of(
            observed.metric(),
            observed.labels().orElse(List.of()).stream()
                .collect(Collectors.toMap(Label::name, Label::value))),
        observed.time(),
        observed.value().number(),
        switch (observed.kind().orElse(ObservedSample.Kind.GAUGE)) {
          case GAUGE -> Sample.Kind.GAUGE;
          case COUNTER -> Sample.Kind.COUNTER;
        });
  }
}
