package dev.gnomon.protect;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.events.FailurePredicted;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What an event predicts, as automation decides on it and decisions keep it.
public final class PredictedFailure {
  private PredictedFailure() {}

  /// @param resources what it is about, resolved from a cell if it names one
  public static Prediction of(
      FailurePredicted event, List<ResourceName> resources, String eventId) {
    return new Prediction(
        resources,
        event.onset(),
        event.at(),
        event.confidence(),
        event.evidence(),
        eventId,
        event.probability(),
        event.horizonSeconds().map(Duration::ofSeconds),
        event.model(),
        event.features().orElse(List.of()).stream().map(PredictedFailure::sentence).toList());
  }

  /// Such as `latency.now 5.2 decades, +2.40: latency is at 5.2 decades of surprise`.
  private static String sentence(FailurePredicted.Feature feature) {
    return String.format(
        Locale.ROOT,
        "%s %.4g%s, %+.2f: %s",
        feature.name(),
        feature.value(),
        feature.unit().map(unit -> " " + unit).orElse(""),
        feature.effect(),
        feature.says());
  }
}
