package dev.gnomon.predict;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.FusedForecast;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.probes.Verdict;
import dev.gnomon.core.probes.WatchCells;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.events.EventData;
import dev.gnomon.events.ProbeObserved;
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
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/// Takes what vantage points found, and announces a cell that several of them get no answer of.
public class ProbeFunction {
  private final WatchCells watchCells;
  private final ObserveSamples observeSamples;
  private final FusedForecast forecast;
  private final Announcements announcements;
  private final TelemetryMeters meters;
  private final Clock clock;
  private final Replies replies;

  @Inject
  public ProbeFunction(
      WatchCells watchCells,
      ObserveSamples observeSamples,
      FusedForecast forecast,
      Announcements announcements,
      TelemetryMeters meters,
      Clock clock,
      Replies replies) {
    this.watchCells = watchCells;
    this.observeSamples = observeSamples;
    this.forecast = forecast;
    this.announcements = announcements;
    this.meters = meters;
    this.clock = clock;
    this.replies = replies;
  }

  @Funq("probe-observed")
  @CloudEventMapping(
      trigger = ProbeObserved.TYPE,
      attributes = @EventAttribute(name = Gate.PATH, value = "telemetry"))
  public Uni<CloudEvent<EventData>> observed(CloudEvent<ProbeObserved> event) {
    return replies.to(
        event,
        () -> {
          Instant now = clock.instant();
          WatchCells.Watched watched = watchCells.observe(probed(event.data()), now);
          meters.count(event.data().cell(), name(watched.verdict()));
          List<Foreseen> foreseen = new ArrayList<>();
          watched.foreseen().ifPresent(one -> foreseen.add(forecast.seen(one, now)));
          ObserveSamples.Observed observed = observeSamples.observe(watched.samples(), now);
          meters.count(observed.counts());
          foreseen.addAll(observed.foreseen());
          return announcements.of(foreseen);
        });
  }

  private static String name(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Well well -> "well";
      case Verdict.Failing failing -> "failing";
      case Verdict.Inconclusive inconclusive -> "inconclusive";
      case Verdict.Missing missing -> "missing";
    };
  }

  private static Probed probed(ProbeObserved data) {
    return new Probed(
        data.vantage(),
        new CellName(data.cell()),
        switch (data.target()) {
          case STORE -> Probed.Target.STORE;
          case REDIS -> Probed.Target.REDIS;
        },
        data.time(),
        data.latencySeconds().map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
        data.reason());
  }
}
