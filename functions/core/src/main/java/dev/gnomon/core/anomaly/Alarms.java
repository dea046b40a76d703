package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;

/// Turns surprise into a score and keeps alarms few: one for an incident, then a rest; and the more
/// alarms a series gave lately, the more surprise the next one needs (the idea of spending a budget
/// of false alarms, Javanmard and Montanari, "Online rules for control of false discovery rate",
/// 2018).
///
/// What a week of plain noise gives hangs little on how old a series is (rest and habit grow only
/// up to [#OLDEST]) and on how often it has a sample (the level follows it).
/// `AnomalyScorerNoiseTest` measures it; no label was used.
final class Alarms {
  static final int BYTES = 3 * Double.BYTES;

  /// Surprise, in decades, from which on it is an alarm in a series of [#USUAL_INTERVAL]: where
  /// plain noise gives one alarm in about 1,200 samples.
  static final double LEVEL = 3.5;

  /// In seconds. Where samples come ten times as often, an alarm has to be rarer by a decade.
  private static final double USUAL_INTERVAL = 300;

  /// Intervals count from a minute to an hour.
  private static final double SHORTEST_INTERVAL = 60;

  private static final double LONGEST_INTERVAL = 3_600;

  /// After an alarm only what is more surprising by this is another one.
  private static final double CLEARLY_MORE = 0.5;

  private static final double SHORTEST_REST = 50;
  private static final double REST_PER_AGE = 0.015;

  /// What one alarm adds to the level of the next.
  private static final double HABIT = 0.35;

  private static final double SHORTEST_MEMORY = 50;
  private static final double MEMORY_PER_AGE = 0.3;

  /// In samples; series get no older.
  private static final double OLDEST = 5_000;

  /// Little is known of a young series.
  private static final double FIRST_HABIT = 0.2;

  private double sinceAlarm = Double.MAX_VALUE;
  private double lastAlarm;
  private double habit = FIRST_HABIT;

  /// Samples after an alarm in which there is no other one, unless it is clearly more surprising.
  ///
  /// @param samples how many came before
  static double rest(long samples) {
    return SHORTEST_REST + REST_PER_AGE * Math.min(samples, OLDEST);
  }

  /// @param surprise in decades
  /// @param samples how many came before
  /// @param interval usual time between samples, in seconds; 0: not known yet
  /// @return in [0,1], an alarm from 0.5 on
  double score(double surprise, long samples, double interval) {
    double age = Math.min(samples, OLDEST);
    sinceAlarm++;
    habit *= Math.exp(-1 / (SHORTEST_MEMORY + MEMORY_PER_AGE * age));
    double left = Math.max(0, surprise - habit - rise(interval));
    boolean resting = sinceAlarm < rest(samples);
    if (resting && left <= lastAlarm + CLEARLY_MORE) {
      return squeezed(left) / 2;
    }
    if (left >= LEVEL) {
      lastAlarm = left;
      sinceAlarm = 0;
      habit += HABIT;
    }
    return squeezed(left);
  }

  /// Surprise, in decades, from which on a sample is an alarm where neither a rest nor a habit
  /// holds it back.
  ///
  /// @param interval usual time between samples, in seconds; 0: not known yet
  static double level(double interval) {
    return LEVEL + rise(interval);
  }

  /// Of the level, in decades: below 0 where samples come seldom.
  private static double rise(double interval) {
    return interval == 0
        ? 0
        : Math.log10(USUAL_INTERVAL / Math.clamp(interval, SHORTEST_INTERVAL, LONGEST_INTERVAL));
  }

  /// From decades to [0,1), so that the level is at 0.5.
  private static double squeezed(double decades) {
    return 1 - Math.pow(2, -decades / LEVEL);
  }

  void write(ByteBuffer out) {
    out.putDouble(sinceAlarm).putDouble(lastAlarm).putDouble(habit);
  }

  void read(StateNumbers in) {
    sinceAlarm = in.number("samples since the last alarm", 0, Double.MAX_VALUE);
    lastAlarm = in.number("last alarm", 0, Double.MAX_VALUE);
    habit = in.number("habit", 0, Double.MAX_VALUE);
  }
}
