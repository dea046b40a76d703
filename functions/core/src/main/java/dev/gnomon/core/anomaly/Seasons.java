package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;

/// What is usual at each half hour of the day and each hour of the week, by the clock of the
/// samples.
final class Seasons {
  private static final int DAY_BINS = 48;
  private static final long DAY_SECONDS = 86_400;
  private static final long DAY_BIN_SECONDS = DAY_SECONDS / DAY_BINS;
  private static final int WEEK_BINS = 168;
  private static final long WEEK_BIN_SECONDS = 3_600;

  /// Samples of a bin after which it follows no slower.
  private static final int DAY_MEMORY = 60;

  private static final int WEEK_MEMORY = 30;
  private static final double WIDTH_MEMORY = 40;
  private static final double USUAL_MEMORY = 1_000;

  /// A bin with few samples is drawn towards the present level.
  private static final double DOUBT = 0.3;

  /// How much of the width of a bin is its own rather than that of all bins.
  private static final double OWN_WIDTH = 0.6;

  private static final double LEAST_OWN_WIDTH = 0.3;
  private static final double LEAST_WIDTH = 1e-3;
  private static final double LARGEST_LEARNT = 3;
  private static final double LARGEST_ERROR = 20;
  private static final double LEVEL_LENGTH = 12;
  private static final double LEVEL_UNIT = 0.3;

  /// No sample by the yardstick comes near it.
  private static final double MOST = 1e30;

  static final int BYTES =
      DAY_BINS * (2 * Float.BYTES + 1) + WEEK_BINS * (Float.BYTES + 1) + 3 * Double.BYTES;

  private final float[] day = new float[DAY_BINS];
  private final float[] widths = new float[DAY_BINS];
  private final byte[] daySamples = new byte[DAY_BINS];
  private final float[] week = new float[WEEK_BINS];
  private final byte[] weekSamples = new byte[WEEK_BINS];
  private double usualWidth = 0.1;
  private double dayLevel;
  private double weekLevel;

  /// Takes a sample in and measures it.
  ///
  /// @param seconds its time since the epoch
  /// @param level the present one
  /// @param samples how many came before
  /// @param values of the signals, written
  void measure(long seconds, double y, double level, long samples, double[] values) {
    int bin = (int) (Math.floorMod(seconds, DAY_SECONDS) / DAY_BIN_SECONDS);
    int hour = (int) Math.floorMod(Math.floorDiv(seconds, WEEK_BIN_SECONDS), (long) WEEK_BINS);
    int seen = daySamples[bin];
    double usual = (day[bin] * seen + level * DOUBT) / (seen + DOUBT);
    double error = y - usual;
    double own = seen > 2 ? Math.max(widths[bin], LEAST_OWN_WIDTH * usualWidth) : usualWidth;
    double width = usualWidth * (1 - OWN_WIDTH) + own * OWN_WIDTH + LEAST_WIDTH;
    double fromDay = error / width;
    double fromWeek = y - (weekSamples[hour] > 0 ? week[hour] : seen > 0 ? day[bin] : level);
    double size = Math.min(Math.abs(error), 4 * usualWidth + 0.05);
    usualWidth += (size - usualWidth) / Math.min(USUAL_MEMORY, samples + 1.0);
    widths[bin] += (float) ((size - widths[bin]) / Math.min(WIDTH_MEMORY, seen + 1.0));
    double clipped = Math.clamp(fromDay, -LARGEST_ERROR, LARGEST_ERROR) * LEVEL_UNIT;
    dayLevel += (clipped - dayLevel) / LEVEL_LENGTH;
    weekLevel += (fromWeek - weekLevel) / LEVEL_LENGTH;
    follow(day, daySamples, bin, y, DAY_MEMORY);
    follow(week, weekSamples, hour, y, WEEK_MEMORY);
    values[Signal.DAY.ordinal()] = Math.abs(fromDay);
    values[Signal.DAY_LEVEL.ordinal()] = Math.abs(dayLevel);
    values[Signal.WEEK_LEVEL.ordinal()] = Math.abs(weekLevel);
  }

  private static void follow(float[] means, byte[] samples, int bin, double y, int memory) {
    samples[bin] = (byte) Math.min(samples[bin] + 1, memory);
    double error = Math.clamp(y - means[bin], -LARGEST_LEARNT, LARGEST_LEARNT);
    means[bin] += (float) (error / samples[bin]);
  }

  void write(ByteBuffer out) {
    for (int i = 0; i < DAY_BINS; i++) {
      out.putFloat(day[i]).putFloat(widths[i]).put(daySamples[i]);
    }
    for (int i = 0; i < WEEK_BINS; i++) {
      out.putFloat(week[i]).put(weekSamples[i]);
    }
    out.putDouble(usualWidth).putDouble(dayLevel).putDouble(weekLevel);
  }

  void read(StateNumbers in) {
    for (int i = 0; i < DAY_BINS; i++) {
      day[i] = in.small("mean of a half hour", -MOST, MOST);
      widths[i] = in.small("width of a half hour", 0, MOST);
      daySamples[i] = in.few("samples of a half hour", DAY_MEMORY);
    }
    for (int i = 0; i < WEEK_BINS; i++) {
      week[i] = in.small("mean of an hour", -MOST, MOST);
      weekSamples[i] = in.few("samples of an hour", WEEK_MEMORY);
    }
    usualWidth = in.number("usual width", 0, MOST);
    dayLevel = in.number("level by day", -MOST, MOST);
    weekLevel = in.number("level by week", -MOST, MOST);
  }
}
