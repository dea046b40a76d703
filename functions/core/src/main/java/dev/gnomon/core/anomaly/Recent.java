package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;

/// What a series did lately: means over several lengths, and how large its steps are.
final class Recent {
  static final int BYTES = 7 * Double.BYTES;

  private static final double SHORT = 4;
  private static final double STEPS = 8;
  private static final double MIDDLE = 16;
  private static final double SPREAD = 32;
  private static final double LONG = 64;
  private static final double USUAL = 2000;

  /// So many samples the usual size of steps follows quickly.
  private static final long EARLY = 50;

  /// Steps count up to so many times the usual one.
  private static final double LARGEST = 5;

  private static final double LEAST_STEP_LEARNT = 0.05;
  private static final double LEAST_STEP = 1e-3;
  private static final double LEAST_SPREAD = 1e-4;

  /// No sample by the yardstick comes near it.
  private static final double MOST = 1e100;

  private double levelShort;
  private double level;
  private double levelMiddle;
  private double levelLong;
  private double burst;
  private double spread;
  private double usual;

  /// Takes a sample in and measures it.
  ///
  /// @param y the sample by the yardstick
  /// @param samples how many came before
  /// @param values of the signals, written
  void measure(double y, long samples, double[] values) {
    if (samples == 0) {
      levelShort = y;
      level = y;
      levelMiddle = y;
      levelLong = y;
    }
    double step = y - level;
    double size = Math.abs(step);
    double age = samples + 1.0;
    levelShort += (y - levelShort) / SHORT;
    level += step / Math.min(STEPS, age);
    levelMiddle += (y - levelMiddle) / Math.min(MIDDLE, age);
    levelLong += (y - levelLong) / Math.min(LONG, age);
    burst += (size - burst) / Math.min(STEPS, age);
    spread += (size - spread) / Math.min(SPREAD, age);
    usual += (Math.min(size, LARGEST * usual + LEAST_STEP_LEARNT) - usual) / Math.min(USUAL, age);
    if (samples < EARLY) {
      usual += (size - usual) / age;
    }
    values[Signal.VALUE.ordinal()] = Math.abs(y);
    values[Signal.LEVEL_SHORT.ordinal()] = Math.abs(levelShort);
    values[Signal.LEVEL_MIDDLE.ordinal()] = Math.abs(levelMiddle);
    values[Signal.LEVEL_LONG.ordinal()] = Math.abs(levelLong);
    values[Signal.STEP.ordinal()] = size;
    values[Signal.BURST.ordinal()] = burst / (usual + LEAST_STEP);
    values[Signal.SPREAD.ordinal()] =
        Math.abs(Math.log((spread + LEAST_SPREAD) / (usual + LEAST_SPREAD)));
  }

  /// There was a gap: what lies between its ends is no step.
  void afterGap(double y) {
    level = y;
  }

  double levelLong() {
    return levelLong;
  }

  void write(ByteBuffer out) {
    out.putDouble(levelShort).putDouble(level).putDouble(levelMiddle).putDouble(levelLong);
    out.putDouble(burst).putDouble(spread).putDouble(usual);
  }

  void read(StateNumbers in) {
    levelShort = in.number("level", -MOST, MOST);
    level = in.number("level", -MOST, MOST);
    levelMiddle = in.number("level", -MOST, MOST);
    levelLong = in.number("level", -MOST, MOST);
    burst = in.number("burst", 0, MOST);
    spread = in.number("spread", 0, MOST);
    usual = in.number("usual", 0, MOST);
  }
}
