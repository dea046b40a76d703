package dev.gnomon.bench.scenarios;

/// How an incident shows, minute by minute.
interface Script {
  /// @param minute since the onset, from 0
  void at(int minute, Dials dials, Strain strain);

  /// A line from 0 at the onset to 1.
  static double rise(int minute, double minutes) {
    return Math.clamp(minute / minutes, 0, 1);
  }

  /// Whether something that comes and goes is there now.
  static boolean burst(int minute, double lasts, double period) {
    return minute % Math.max(1, Math.round(period)) < lasts;
  }
}
