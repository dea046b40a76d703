package dev.gnomon.core.telemetry;

import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/// How a subject is, from its series.
final class Wellbeing {
  private Wellbeing() {}

  /// Health is the share of the series that are well among those that tell it; latency the median
  /// of its latencies, each as a multiple of its own usual value.
  ///
  /// @return empty if the subject has no series
  static Optional<Vitals> of(
      Subject subject, Collection<Glance> glances, Optional<Estimate> estimate, Instant now) {
    List<Glance> telling = glances.stream().filter(glance -> glance.tellsHealth(now)).toList();
    long well = telling.stream().filter(glance -> glance.well(now)).count();
    return glances.stream()
        .map(Glance::seen)
        .max(Comparator.naturalOrder())
        .map(newest ->
            new Vitals(
                subject,
                telling.isEmpty()
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((double) well / telling.size()),
                latency(telling),
                estimate,
                newest));
  }

  private static OptionalDouble latency(List<Glance> telling) {
    double[] ratios =
        telling.stream()
            .filter(glance -> glance.aspect() == Aspect.LATENCY)
            .mapToDouble(Glance::ratio)
            .filter(ratio -> ratio >= 0)
            .sorted()
            .toArray();
    if (ratios.length == 0) {
      return OptionalDouble.empty();
    }
    int middle = ratios.length / 2;
    return OptionalDouble.of(
        ratios.length % 2 == 1 ? ratios[middle] : (ratios[middle - 1] + ratios[middle]) / 2);
  }
}
