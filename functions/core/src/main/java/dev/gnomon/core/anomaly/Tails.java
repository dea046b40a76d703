package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;

/// How rare each signal's values are: a histogram of their logarithms, and beyond what was seen an
/// extrapolation by a power law.
///
/// The share of samples above a level u is counted; above u it falls as (value/u)^(-1/h), where h
/// is Hill's estimate (Hill, "A simple general approach to inference about the tail of a
/// distribution", Annals of Statistics 3, 1975), drawn towards [#USUAL_TAIL] while there are few
/// values. The estimate depends on u, so it is averaged over three.
final class Tails {
  private static final int BINS = 48;
  private static final double LOWEST = -5.5;
  private static final double WIDTH = 11.0 / BINS;
  private static final double SMALLEST = 1e-9;

  /// Shares of the samples that lie above the levels from which the tail is extrapolated.
  private static final double[] SHARES = {0.007, 0.02, 0.05};

  private static final double LEAST_ABOVE = 4;
  private static final double USUAL_TAIL = 0.25;
  private static final double USUAL_TAIL_WEIGHT = 6;

  /// Fewer say nothing.
  private static final double LEAST_SAMPLES = 20;

  /// Older samples fade so that all together weigh no more.
  private static final double MOST_SAMPLES = 15_000;

  /// What is this rare is learnt at half its weight: it is likelier a fault than what is usual.
  private static final double RARE = 3;

  private static final double RARE_WEIGHT = 0.5;
  private static final double LN_10 = Math.log(10);

  /// Values are learnt so many samples later: of what grows slowly, each value would else be taken
  /// for usual before the next one comes.
  private static final int DELAY = 8;

  static final int BYTES = Signal.COUNT * (BINS + DELAY + 1) * Float.BYTES + Long.BYTES;

  private final float[] counts = new float[Signal.COUNT * BINS];
  private final float[] totals = new float[Signal.COUNT];

  /// Values that are still to be learnt, below 0 those that were rare.
  private final float[] waiting = new float[Signal.COUNT * DELAY];

  /// Samples that were taken in: up to [#DELAY] all, then around between it and its double.
  private int turns;

  /// How rare a value is among those learnt, in decades; 0 while there are too few.
  ///
  /// @param value not negative
  double surprise(int signal, double value) {
    double total = totals[signal];
    if (total < LEAST_SAMPLES) {
      return 0;
    }
    int start = signal * BINS;
    double log = Math.log(Math.max(value, SMALLEST));
    double above = 0;
    double sum = 0;
    double surprise = 0;
    int bin = BINS - 1;
    for (double share : SHARES) {
      double wanted = Math.max(LEAST_ABOVE, share * total);
      while (bin >= 0 && above + counts[start + bin] < wanted) {
        above += counts[start + bin];
        sum += counts[start + bin] * (LOWEST + (bin + 0.5) * WIDTH);
        bin--;
      }
      double level = LOWEST + (bin + 1) * WIDTH;
      if (log <= level) {
        double beyond = above + between(start, bin, log);
        surprise -= Math.log10((beyond + 0.5) / (total + 1));
      } else {
        double hill =
            (sum - above * level + USUAL_TAIL_WEIGHT * USUAL_TAIL) / (above + USUAL_TAIL_WEIGHT);
        surprise += (log - level) / hill / LN_10 - Math.log10((above + 0.5) / (total + 1));
      }
    }
    return surprise / SHARES.length;
  }

  /// How many lie between a logarithm and the upper edge of a bin.
  private double between(int start, int bin, double log) {
    double count = 0;
    int at = bin;
    while (at >= 0 && LOWEST + at * WIDTH > log) {
      count += counts[start + at];
      at--;
    }
    if (at < 0) {
      return count;
    }
    double share = (LOWEST + (at + 1) * WIDTH - log) / WIDTH;
    return count + counts[start + at] * Math.clamp(share, 0, 1);
  }

  /// Takes the values of one sample in.
  ///
  /// @param values by signal
  /// @param surprises of these values, by signal
  void learn(double[] values, double[] surprises) {
    int slot = turns % DELAY;
    for (int signal = 0; signal < Signal.COUNT; signal++) {
      int place = signal * DELAY + slot;
      if (turns >= DELAY) {
        learn(signal, waiting[place]);
      }
      double value = Math.max(values[signal], SMALLEST);
      waiting[place] = (float) (surprises[signal] > RARE ? -value : value);
    }
    turns = turns + 1 == 2 * DELAY ? DELAY : turns + 1;
  }

  private void learn(int signal, float value) {
    double bin = (Math.log(Math.abs(value)) - LOWEST) / WIDTH;
    double weight = value < 0 ? RARE_WEIGHT : 1;
    int start = signal * BINS;
    counts[start + (int) Math.clamp(bin, 0, BINS - 1)] += (float) weight;
    double total = totals[signal] + weight;
    if (total > MOST_SAMPLES) {
      float fade = (float) (MOST_SAMPLES / total);
      for (int i = start; i < start + BINS; i++) {
        counts[i] *= fade;
      }
      total = MOST_SAMPLES;
    }
    totals[signal] = (float) total;
  }

  void write(ByteBuffer out) {
    for (float count : counts) {
      out.putFloat(count);
    }
    for (float total : totals) {
      out.putFloat(total);
    }
    for (float value : waiting) {
      out.putFloat(value);
    }
    out.putLong(turns);
  }

  void read(StateNumbers in) {
    for (int i = 0; i < counts.length; i++) {
      counts[i] = in.small("count", 0, 2 * MOST_SAMPLES);
    }
    for (int i = 0; i < totals.length; i++) {
      totals[i] = in.small("total", 0, 2 * MOST_SAMPLES);
    }
    for (int i = 0; i < waiting.length; i++) {
      waiting[i] = in.small("waiting value", -Float.MAX_VALUE, Float.MAX_VALUE);
    }
    turns = (int) in.whole("turns", 0, 2 * DELAY - 1);
  }
}
