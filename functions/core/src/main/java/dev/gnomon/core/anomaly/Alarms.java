package dev.gnomon.core.anomaly;

import java.nio.ByteBuffer;

/// Turns surprise into a score and keeps alarms few: one for an incident, then a rest; and the more
/// alarms a series gave lately, the more surprise the next one needs (the idea of spending a budget
/// of false alarms, Javanmard and Montanari, "Online rules for control of false discovery rate",
/// 2018).
final class Alarms {
  static final int BYTES = 3 * Double.BYTES;

  /// Surprise, in decades, from which on it is an alarm: where plain noise gives one alarm in a
  /// thousand samples (`AnomalyScorerNoiseTest`; no label was used).
  static final double LEVEL = 3.36;

  /// After an alarm only what is more surprising by this is another one.
  private static final double CLEARLY_MORE = 0.5;

  private static final double SHORTEST_REST = 50;
  private static final double REST_PER_AGE = 0.015;

  /// What one alarm adds to the level of the next.
  private static final double HABIT = 0.35;

  private static final double SHORTEST_MEMORY = 50;
  private static final double MEMORY_PER_AGE = 0.3;

  /// Series get no older.
  private static final double OLDEST = 20_000;

  private double sinceAlarm = Double.MAX_VALUE;
  private double lastAlarm;
  private double habit;

  /// @param surprise in decades
  /// @param samples how many came before
  /// @return in [0,1], an alarm from 0.5 on
  double score(double surprise, long samples) {
    double age = Math.min(samples, OLDEST);
    sinceAlarm++;
    habit *= Math.exp(-1 / (SHORTEST_MEMORY + MEMORY_PER_AGE * age));
    double left = Math.max(0, surprise - habit);
    boolean resting = sinceAlarm < SHORTEST_REST + REST_PER_AGE * age;
    if (resting && left <= lastAlarm + CLEARLY_MORE) {
      return squeezed(left) / 2;
    }
    if (left < LEVEL) {
      return squeezed(left);
    }
    lastAlarm = left;
    sinceAlarm = 0;
    habit += HABIT;
    return squeezed(LEVEL + Math.floor(left - LEVEL));
  }

  /// From decades to [0,1), so that the level is at 0.5.
  private static double squeezed(double decades) {
    return 1 - Math.pow(2, -decades / LEVEL);
  }

  void write(ByteBuffer out) {
    out.putDouble(sinceAlarm).putDouble(lastAlarm).putDouble(habit);
  }

  void read(ByteBuffer in) {
    sinceAlarm = in.getDouble();
    lastAlarm = in.getDouble();
    habit = in.getDouble();
  }
}
