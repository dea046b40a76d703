package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Where a series usually is, and how wide: its median and the width between its deciles, followed
/// by stochastic approximation (Robbins and Monro, 1951) from the first samples on. In O(1),
/// without a minimum or a maximum.
final class Yardstick {
  static final int BYTES = 5 * Double.BYTES;

  private static final double LOW = 0.1;
  private static final double HIGH = 0.9;

  /// Between the deciles of a normal distribution, in standard deviations.
  private static final double NORMAL_WIDTH = 2.56;

  private static final double STEP = 5;
  private static final double SLOWEST = 20_000;

  /// Deviations count up to so many widths, but in a series that never moved yet in full.
  private static final double FAR = 300;

  /// A series that never moves has this width, relative to where it is.
  private static final double FLAT = 1e-9;

  private static final double TINIEST = 1e-150;
  private static final double MOST = 1e6;

  private double low;
  private double median;
  private double high;
  private double deviation;
  private double width = 1;

  /// @param first some samples, at least 2, finite
  void begin(double[] first) {
    double[] sorted = first.clone();
    Arrays.sort(sorted);
    low = quantile(sorted, LOW);
    median = quantile(sorted, 0.5);
    high = quantile(sorted, HIGH);
    deviation = 0;
    for (double value : sorted) {
      deviation += Math.abs(value - median) / sorted.length;
    }
    width = widest();
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    double part = place - below;
    return sorted[below] * (1 - part) + sorted[below + 1] * part;
  }

  /// Takes a sample in.
  ///
  /// @param samples how many came before, at least 1
  void follow(double value, long samples) {
    double age = Math.min(samples, SLOWEST);
    double step = STEP * width / age;
    low += step * (value < low ? LOW - 1 : LOW);
    high += step * (value < high ? HIGH - 1 : HIGH);
    median += step * 0.5 * Math.signum(value - median);
    double away = Math.abs(value - median);
    if (deviation > flat()) {
      away = Math.min(away / width, FAR) * width;
    }
    deviation += (away - deviation) / age;
    low = Math.min(low, median);
    high = Math.max(high, median);
    width = widest();
  }

  /// Half the mean deviation holds where more than four fifths of all samples are equal.
  private double widest() {
    return Math.max((high - low) / NORMAL_WIDTH, Math.max(0.5 * deviation, flat()));
  }

  private double flat() {
    return FLAT * Math.abs(median) + TINIEST;
  }

  /// A sample in widths from the median, compressed: like asinh it is linear near 0, and a
  /// logarithm far away.
  double of(double value) {
    double far = Math.clamp((value - median) / width, -MOST, MOST);
    double size = Math.abs(far);
    return Math.copySign(Math.log(size + Math.sqrt(size * size + 1)), far);
  }

  void write(ByteBuffer out) {
    out.putDouble(low).putDouble(median).putDouble(high).putDouble(deviation).putDouble(width);
  }

  void read(ByteBuffer in) {
    low = in.getDouble();
    median = in.getDouble();
    high = in.getDouble();
    deviation = in.getDouble();
    width = in.getDouble();
  }
}
