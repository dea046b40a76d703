package dev.gnomon.predict;

import dev.gnomon.core.prediction.ModelInUse;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/// How the model stands that estimates now: `gnomon.prediction.model` (1 for the one that serves,
/// by name), `.drifted`, `.shelf-away` (1 while that is so), `.models-refused`, `.outcomes`,
/// `.brier`, `.z`.
@Startup
@Singleton
class PredictionMeters {
  private final ModelInUse models;
  private final Clock clock;
  private final MultiGauge serving;
  private String shown = "";

  @Inject
  PredictionMeters(MeterRegistry meters, ModelInUse models, Clock clock) {
    this.clock = clock;
    this.models = models;
    this.serving = MultiGauge.builder("gnomon.prediction.model").register(meters);
    show();
    gauge(meters, "gnomon.prediction.drifted", status -> status.drifted() ? 1 : 0);
    gauge(meters, "gnomon.prediction.shelf-away", status -> status.away().isPresent() ? 1 : 0);
    gauge(meters, "gnomon.prediction.models-refused", status -> status.serving().refused().size());
    gauge(meters, "gnomon.prediction.outcomes", status -> status.outcomes());
    gauge(meters, "gnomon.prediction.brier", ModelInUse.Status::brier);
    gauge(meters, "gnomon.prediction.z", ModelInUse.Status::z);
  }

  private interface Reading {
    double of(ModelInUse.Status status);
  }

  private void gauge(MeterRegistry meters, String name, Reading reading) {
    Gauge.builder(name, models, one -> reading.of(one.status())).register(meters);
  }

  /// At start-up and now and then: another model may serve.
  synchronized void show() {
    var unused = models.at(clock.instant());
    String name = models.status().serving().model().name();
    if (!name.equals(shown)) {
      shown = name;
      serving.register(List.of(MultiGauge.Row.of(Tags.of("model", name), () -> 1)), true);
    }
  }
}
