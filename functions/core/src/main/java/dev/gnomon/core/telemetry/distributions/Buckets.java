package dev.gnomon.core.telemetry.distributions;

import java.util.Arrays;
import java.util.Optional;

/// A histogram with bounds: one bucket up to each bound, and one above the last.
public final class Buckets implements Spread {
  public static final int BOUNDS_AT_MOST = 1_000;

  private final double[] bounds;
  private final double[] counts;
  private final double sum;
  private final double count;

  private Buckets(double[] bounds, double[] counts, double sum) {
    this.bounds = bounds;
    this.counts = counts;
    this.sum = sum;
    this.count = Arrays.stream(counts).sum();
  }

  /// @param bounds finite and rising, at most [#BOUNDS_AT_MOST]
  /// @param counts of each bucket by itself, one more than bounds, none negative
  /// @param sum of all values, or NaN
  /// @throws IllegalArgumentException if that does not hold
  public static Buckets of(double[] bounds, double[] counts, double sum) {
    if (counts.length != bounds.length + 1) {
      throw new IllegalArgumentException(
          "expected %d counts for %d bounds, found %d"
              .formatted(bounds.length + 1, bounds.length, counts.length));
    }
    if (bounds.length > BOUNDS_AT_MOST) {
      throw new IllegalArgumentException(
          "expected at most %d bounds, found %d".formatted(BOUNDS_AT_MOST, bounds.length));
    }
    for (int i = 0; i < bounds.length; i++) {
      if (!Double.isFinite(bounds[i]) || (i > 0 && bounds[i] <= bounds[i - 1])) {
        throw new IllegalArgumentException("expected rising bounds");
      }
    }
    for (double one : counts) {
      if (!(one >= 0) || Double.isInfinite(one)) {
        throw new IllegalArgumentException("expected counts of 0 or more");
      }
    }
    return new Buckets(bounds.clone(), counts.clone(), sum);
  }

  @Override
  public double count() {
    return count;
  }

  @Override
  public double sum() {
    return sum;
  }

  @Override
  public Optional<Spread> since(Spread earlier) {
    if (!(earlier instanceof Buckets before) || !Arrays.equals(before.bounds, bounds)) {
      return Optional.empty();
    }
    double[] more = new double[counts.length];
    for (int i = 0; i < more.length; i++) {
      more[i] = counts[i] - before.counts[i];
      if (more[i] < 0) {
        return Optional.empty();
      }
    }
    return Optional.of(new Buckets(bounds, more, sum - before.sum));
  }

  /// As `histogram_quantile` of Prometheus takes it: values are spread evenly within a bucket, the
  /// lowest begins at 0 if its bound is above, and of the highest no more is known than its lower
  /// bound.
  @Override
  public double quantile(double share) {
    if (count <= 0 || bounds.length == 0) {
      return Double.NaN;
    }
    double rank = share * count;
    double below = 0;
    int at = 0;
    while (at < counts.length - 1 && (below + counts[at] < rank || counts[at] == 0)) {
      below += counts[at++];
    }
    if (at == bounds.length) {
      return bounds[bounds.length - 1];
    }
    double upper = bounds[at];
    double lower = at > 0 ? bounds[at - 1] : Math.min(0, upper);
    if (lower == upper) {
      return upper; // The lowest bucket, of values not above zero: it has no lower end.
    }
    return lower + (upper - lower) * Math.clamp((rank - below) / counts[at], 0, 1);
  }
}
