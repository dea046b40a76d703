package dev.gnomon.protect;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.probes.WatchCells;
import dev.gnomon.core.rollback.Blame;
import dev.gnomon.events.FailurePredicted;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

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
        event.features().orElse(List.of()).stream().map(PredictedFailure::sentence).toList(),
        blame(event));
  }

  /// What speaks loudest for a failure: what is in the place, or what the place holds. Latency may
  /// come from either, and counts only where nothing else speaks. Somebody who names no features is
  /// believed to know of content, and of a cell that does not answer.
  private static Blame blame(FailurePredicted event) {
    if (event.model().filter(WatchCells.MODEL::equals).isPresent()) {
      return Blame.REACH;
    }
    double place = effect(event, "saturation.", "hardware.", "limit.");
    double reach = effect(event, "probes.");
    double content = effect(event, "errors.", "logs.", "change.");
    if (place > 0 && place >= Math.max(content, reach)) {
      return Blame.PLACE;
    }
    if (reach > 0 && reach >= content) {
      return Blame.REACH;
    }
    if (content > 0) {
      return event.cell().isPresent() ? Blame.PLACE : Blame.CONTENT;
    }
    if (event.features().isPresent()) {
      return Blame.PLACE;
    }
    return event.cell().isPresent() ? Blame.REACH : Blame.CONTENT;
  }

  private static double effect(FailurePredicted event, String... kinds) {
    return event.features().orElse(List.of()).stream()
        .filter(feature -> feature.effect() > 0)
        .filter(feature -> Stream.of(kinds).anyMatch(feature.name()::startsWith))
        .mapToDouble(FailurePredicted.Feature::effect)
        .sum();
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
