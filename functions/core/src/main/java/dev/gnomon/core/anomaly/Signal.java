package dev.gnomon.core.anomaly;

/// What about a sample was measured. All are on the series' own scale: deviations in widths of its
/// distribution, compressed, so that extremes count by their magnitude.
public enum Signal {
  /// The sample itself, from the series' median.
  VALUE,
  /// The mean of about 4 samples, from the median.
  LEVEL_SHORT,
  /// The mean of about 16 samples, from the median.
  LEVEL_MIDDLE,
  /// The mean of about 64 samples, from the median.
  LEVEL_LONG,
  /// The sample, from the mean of about 8 before it.
  STEP,
  /// The sample, from what a linear filter made of the 8 before it.
  FORECAST,
  /// How large steps are lately, against how large they usually are.
  BURST,
  /// The same over about 32 samples, and also if they are smaller: a series that froze.
  SPREAD,
  /// The sample, from what is usual at this time of the day.
  DAY,
  /// The same, over about 12 samples.
  DAY_LEVEL,
  /// The mean of about 12 samples, from what is usual at this hour of the week.
  WEEK_LEVEL;

  static final int COUNT = values().length;
  private static final Signal[] ALL = values();

  static Signal at(int ordinal) {
    return ALL[ordinal];
  }
}
