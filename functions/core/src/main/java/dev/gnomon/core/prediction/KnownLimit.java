package dev.gnomon.core.prediction;

import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// Limits that the name of a metric implies, and how much of one a value uses.
final class KnownLimit {
  private static final Pattern RATIO = Pattern.compile("(_ratio|\\.utilization|_utilization)$");
  private static final Pattern PERCENT = Pattern.compile("(_percent|percentage_used(_percent)?)$");

  /// A share of which more is worse. Others, such as of hits or of successes, are no limits.
  private static final Pattern USE =
      Pattern.compile(
          "(?i)util|us(ed|age)|busy|full|satur|occup|load|pressure|err|fail|reject|drop|timeout"
              + "|retrans|loss|lost|corrupt|offline");

  /// Of what is left instead of used.
  private static final Pattern LEFT =
      Pattern.compile(
          "(?i)(?<!un)(avail(able)?|free|remaining|spare|headroom|left)([._]|bytes|ratio|percent|$)");

  private static final double HUNDRED = 100;

  private KnownLimit() {}

  /// Whether the metric tells what is left of something, so that less is worse.
  static boolean isOfWhatIsLeft(String metric) {
    return LEFT.matcher(metric).find();
  }

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
    boolean left = isOfWhatIsLeft(metric);
    if (!left && !USE.matcher(metric).find()) {
      return OptionalDouble.empty();
    }
    double within = Math.clamp(share, 0, 1);
    return OptionalDouble.of(left ? 1 - within : within);
  }
}
