package dev.gnomon.verification.telemetry;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Forecast;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.MemoryVitals;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.telemetry.MemorySeriesStates;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.Outcome;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.ScoredSample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.core.telemetry.TelemetryPolicy;
import dev.gnomon.verification.catalogue.PlainResource;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Telemetry of an installation with the cells east and west and the resource orders, by a clock
/// that stands until it is moved.
final class Telemetry {
  static final Subject EAST = new Subject.OfCell(new CellName("east"));
  static final Subject ORDERS = new Subject.OfResource(new ResourceName("orders"));
  static final SeriesKey LATENCY =
      SeriesKey.of("request_duration_seconds", Map.of("gnomon_resource", "orders"));
  static final SeriesKey ERRORS = SeriesKey.of("errors_total", Map.of("gnomon_resource", "orders"));

  final TelemetryClock clock = new TelemetryClock();
  final Vitals.Board board = new MemoryVitals(clock, Duration.ofMinutes(10));
  final List<ScoredSample> forecasted = new ArrayList<>();
  SeriesStates states = new MemorySeriesStates(5000, clock);
  private TelemetryPolicy policy = TelemetryPolicy.DEFAULT;

  Telemetry policy(TelemetryPolicy wanted) {
    policy = wanted;
    return this;
  }

  static Catalogue catalogue(TelemetryPolicy policy) {
    return new Catalogue(
        List.of(cell("east"), cell("west")),
        new CellName("west"),
        List.of(PlainResource.directory("orders", Path.of("/srv/orders")).resource()),
        Catalogue.DEFAULT_CLOCK_TOLERANCE,
        List.of(),
        List.of(),
        new Policies(
            Policies.DEFAULT.decisions(),
            Policies.DEFAULT.merit(),
            policy,
            Policies.DEFAULT.prediction()));
  }

  private static Cell cell(String name) {
    return new Cell(new CellName(name), Optional.empty(), Optional.empty());
  }

  /// As a process that has just begun.
  ObserveSamples observer() {
    Forecast forecast =
        (subject, samples, now) -> {
          forecasted.addAll(samples);
          return List.<Foreseen>of();
        };
    return new ObserveSamples(catalogue(policy), states, board, Optional.of(forecast));
  }

  Instant now() {
    return clock.instant();
  }

  Sample gauge(SeriesKey series, double value) {
    return new Sample(series, now(), value, Sample.Kind.GAUGE);
  }

  Sample counter(SeriesKey series, double value) {
    return new Sample(series, now(), value, Sample.Kind.COUNTER);
  }

  Map<Outcome, Integer> observe(Sample... samples) {
    return observer().observe(List.of(samples), now()).counts();
  }

  /// Moves time on and takes a sample, many times.
  void run(SeriesKey series, double... values) {
    ObserveSamples observer = observer();
    for (double value : values) {
      clock.forward(Duration.ofMinutes(1));
      observer.observe(List.of(gauge(series, value)), now());
    }
  }

  /// Values around a mean, the same at every call.
  static double[] quiet(double mean, int count) {
    java.util.Random random = new java.util.Random(7);
    return java.util.stream.DoubleStream.generate(() -> mean * (1 + 0.05 * random.nextGaussian()))
        .limit(count)
        .toArray();
  }
}
