package dev.gnomon.core.prediction;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// Limits that the name of a metric implies, and how much of one a value uses.
final class KnownLimit {
  private static final Pattern RATIO = Pattern.compile("(_ratio|\\.utilization|_utilization)$");
  private static final Pattern PERCENT = Pattern.compile("(_percent|percentage_used(_percent)?)$");

  /// Of what is left instead of used.
  private static final Pattern LEFT =
      Pattern.compile("(available|free|remaining|spare|left)[a-z_.]*$");

  private static final double HUNDRED = 100;

  private KnownLimit() {}

  /// The share that is used, in [0,1]; empty: the metric has no limit that is known.
  static OptionalDouble used(String metric, double value) {
    double share;
    if (RATIO.matcher(metric).find()) {
      share = value;
    } else if (PERCENT.matcher(metric).find()) {
      share = value / HUNDRED;
    } else {
      return OptionalDouble.empty();
    }
    double within = Math.clamp(share, 0, 1);
    return OptionalDouble.of(LEFT.matcher(metric).find() ? 1 - within : within);
  }
}
