package dev.gnomon.core.telemetry.distributions;

import java.util.Arrays;
import java.util.Optional;

/// A histogram whose buckets grow by a factor: bucket i holds values above `base^i` up to
/// `base^(i+1)`, where `base = 2^(2^-scale)`. Source: "Exponential Histogram" in the metrics data
/// model of OpenTelemetry; native histograms of Prometheus are the same.
public final class ExponentialBuckets implements Spread {
  public static final int BUCKETS_AT_MOST = 1_000;
  public static final int LEAST_SCALE = -10;
  public static final int GREATEST_SCALE = 20;

  private final int scale;
  private final Side positive;
  private final Side negative;
  private final double zeros;
  private final double sum;
  private final double count;

  /// Buckets on one side of zero.
  ///
  /// @param offset index of the first
  public record Side(int offset, double[] counts) {
    public static final Side NONE = new Side(0, new double[0]);

    /// @throws IllegalArgumentException if there are too many buckets, or counts are no counts
    public Side {
      if (counts.length > BUCKETS_AT_MOST) {
        throw new IllegalArgumentException(
            "expected at most %d buckets, found %d".formatted(BUCKETS_AT_MOST, counts.length));
      }
      for (double one : counts) {
        if (!(one >= 0) || Double.isInfinite(one)) {
          throw new IllegalArgumentException("expected counts of 0 or more");
        }
      }
      counts = counts.clone();
    }

    /// Of a bucket; an offset from outside may be any number.
    long index(int bucket) {
      return (long) offset + bucket;
    }

    double total() {
      return Arrays.stream(counts).sum();
    }

    double at(long index) {
      long i = index - offset;
      return i >= 0 && i < counts.length ? counts[(int) i] : 0;
    }

    /// Joins each 2^steps buckets.
    Side coarser(int steps) {
      if (steps == 0 || counts.length == 0) {
        return this;
      }
      int first = offset >> steps;
      double[] joined = new double[(int) (index(counts.length - 1) >> steps) - first + 1];
      for (int i = 0; i < counts.length; i++) {
        joined[(int) (index(i) >> steps) - first] += counts[i];
      }
      return new Side(first, joined);
    }

    /// @return empty if something fell
    Optional<Side> since(Side earlier) {
      double[] more = new double[counts.length];
      for (int i = 0; i < more.length; i++) {
        more[i] = counts[i] - earlier.at(index(i));
        if (more[i] < 0) {
          return Optional.empty();
        }
      }
      boolean allThere = total() - Arrays.stream(more).sum() >= earlier.total();
      return allThere ? Optional.of(new Side(offset, more)) : Optional.empty();
    }
  }

  /// @param zeros values at or near zero
  /// @param sum of all values, or NaN
  /// @throws IllegalArgumentException if the scale is not -10 to 20, or a count is negative
  public ExponentialBuckets(int scale, double zeros, Side positive, Side negative, double sum) {
    if (scale < LEAST_SCALE || scale > GREATEST_SCALE) {
      throw new IllegalArgumentException("expected a scale of -10 to 20, found " + scale);
    }
    if (!(zeros >= 0) || Double.isInfinite(zeros)) {
      throw new IllegalArgumentException("expected a count of 0 or more");
    }
    this.scale = scale;
    this.positive = positive;
    this.negative = negative;
    this.zeros = zeros;
    this.sum = sum;
    this.count = zeros + positive.total() + negative.total();
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
    if (!(earlier instanceof ExponentialBuckets before) || zeros < before.zeros) {
      return Optional.empty();
    }
    int coarsest = Math.min(scale, before.scale);
    ExponentialBuckets now = at(coarsest);
    ExponentialBuckets then = before.at(coarsest);
    return now.positive
        .since(then.positive)
        .flatMap(above ->
            now.negative
                .since(then.negative)
                .map(under ->
                    new ExponentialBuckets(
                        coarsest, zeros - before.zeros, above, under, sum - before.sum)));
  }

  private ExponentialBuckets at(int coarser) {
    int steps = scale - coarser;
    return new ExponentialBuckets(
        coarser, zeros, positive.coarser(steps), negative.coarser(steps), sum);
  }

  /// Within a bucket by the logarithm, as its buckets are.
  @Override
  public double quantile(double share) {
    if (count <= 0) {
      return Double.NaN;
    }
    double rank = share * count;
    double below = 0;
    double found = 0;
    for (int i = negative.counts().length - 1; i >= 0; i--) {
      double held = negative.counts()[i];
      if (held > 0) {
        if (below + held >= rank) {
          return -value(negative.index(i), 1 - (rank - below) / held);
        }
        below += held;
      }
    }
    if (zeros > 0 && below + zeros >= rank) {
      return 0;
    }
    below += zeros;
    for (int i = 0; i < positive.counts().length; i++) {
      double held = positive.counts()[i];
      if (held > 0) {
        if (below + held >= rank) {
          return value(positive.index(i), (rank - below) / held);
        }
        below += held;
        found = value(positive.index(i), 1);
      }
    }
    return found; // Rounding left nothing to reach.
  }

  private double value(long index, double part) {
    return Math.pow(2, (index + Math.clamp(part, 0, 1)) * Math.pow(2, -scale));
  }
}
