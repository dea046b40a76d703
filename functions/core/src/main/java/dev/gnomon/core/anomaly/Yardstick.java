package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Where a series usually is, and how wide: its median and the width between its deciles, followed
/// by stochastic approximation (Robbins and Monro, 1951) from the first samples on. In O(1),
/// without a minimum or a maximum.
///
/// Of a series most of whose samples are equal the deciles tell no width. There it comes from
/// _departures_: their share of the samples, and the mean of their logarithms, which one absurd
/// departure among k moves by a k-th only. So an absurd sample, whenever it comes, widens the
/// yardstick for as long as few others came, not for months.
final class Yardstick {
  static final int BYTES = 6 * Double.BYTES + 2 * Long.BYTES;

  private static final double LOW = 0.1;
  private static final double HIGH = 0.9;

  /// Between the deciles of a normal distribution, in standard deviations.
  private static final double NORMAL_WIDTH = 2.56;

  private static final double STEP = 5;
  private static final long SLOWEST = 20_000;

  /// Departures count up to so many widths between the deciles, if there are such.
  private static final double FAR = 300;

  /// A series that never moves has this width, relative to where it is.
  private static final double FLAT = 1e-9;

  private static final double TINIEST = 1e-150;
  private static final double MOST_LOG = 1_000;
  private static final double MOST = 1e6;

  /// The logarithms of departures follow over so many.
  private static final double DEPARTURES = 200;

  /// After so many samples in a row that move, but by less than this share of the width, the width
  /// is of another time (or of nonsense), and the yardstick begins anew.
  private static final int QUIET_AT_MOST = 256;

  private static final double QUIET = 1e-8;

  private double low;
  private double median;
  private double high;
  private double share;
  private double logDeparture;
  private double last;
  private long seen;
  private long quiet;
  private double width = 1;

  /// @param first some samples, at least 2, finite
  void begin(double[] first) {
    double[] sorted = first.clone();
    Arrays.sort(sorted);
    low = quantile(sorted, LOW);
    median = quantile(sorted, 0.5);
    high = quantile(sorted, HIGH);
    for (double value : sorted) {
      depart(value);
      seen++;
    }
    last = first[first.length - 1];
    width = widest();
  }

  private static double quantile(double[] sorted, double share) {
    double place = share * (sorted.length - 1);
    int below = (int) place;
    double part = place - below;
    return sorted[below] * (1 - part) + sorted[below + 1] * part;
  }

  /// Takes a sample in.
  void follow(double value) {
    if (isQuiet(value)) {
      beginAnew(value);
    }
    depart(value);
    double step = STEP * Math.min(width, Math.max(bulk(), Math.abs(value - median))) / age();
    low = towards(low, value, step * (value < low ? 1 - LOW : LOW));
    high = towards(high, value, step * (value < high ? 1 - HIGH : HIGH));
    median = towards(median, value, step * 0.5);
    low = Math.min(low, median);
    high = Math.max(high, median);
    seen++;
    width = widest();
  }

  /// Never past the sample: where most are equal a quantile stays with them.
  private static double towards(double quantile, double value, double most) {
    return quantile + Math.clamp(value - quantile, -most, most);
  }

  private void depart(double value) {
    double bulk = bulk();
    double away = Math.abs(value - median);
    boolean departs = away > Math.max(bulk, flat());
    if (departs) {
      double counted = bulk > flat() ? Math.min(away, FAR * bulk) : away;
      double departures = Math.min(DEPARTURES, share * age() + 1);
      logDeparture += (Math.log(counted) - logDeparture) / departures;
    }
    share += ((departs ? 1 : 0) - share) / age();
  }

  private double age() {
    return Math.min(SLOWEST, seen + 1.0);
  }

  private boolean isQuiet(double value) {
    double moved = Math.abs(value - last);
    last = value;
    if (moved > QUIET * width) {
      quiet = 0;
    } else if (moved > 0) {
      quiet++;
    }
    return quiet >= QUIET_AT_MOST;
  }

  private void beginAnew(double value) {
    low = value;
    median = value;
    high = value;
    share = 0;
    quiet = 0;
    seen = AnomalyScorer.WARM_UP;
    width = widest();
  }

  private double bulk() {
    return (high - low) / NORMAL_WIDTH;
  }

  /// Half the usual departure, by their share, holds where more than four fifths of all samples are
  /// equal.
  private double widest() {
    double departure = share == 0 ? 0 : share * Math.exp(logDeparture);
    return Math.max(bulk(), Math.max(0.5 * departure, flat()));
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
    out.putDouble(low).putDouble(median).putDouble(high).putDouble(share).putDouble(logDeparture);
    out.putDouble(last).putLong(seen).putLong(quiet);
  }

  void read(StateNumbers in) {
    low = in.number("low");
    median = in.number("median", low, Double.MAX_VALUE);
    high = in.number("high", median, Double.MAX_VALUE);
    share = in.number("share", 0, 1);
    logDeparture = in.number("departure", -MOST_LOG, MOST_LOG);
    last = in.number("last");
    seen = in.whole("seen", 1, Long.MAX_VALUE / 2);
    quiet = in.whole("quiet", 0, QUIET_AT_MOST);
    width = widest();
  }
}
