package dev.gnomon.core.history;

import java.util.Locale;

/// What is kept of a place, each as whole numbers of a fraction of its unit.
public enum Metric {
  /// In [0,1].
  MERIT(1000),
  /// Share that is well, in [0,1].
  HEALTH(1000),
  /// A multiple of the usual latency.
  LATENCY(100),
  /// Seconds that the newest point is old; 0 of the place that serves.
  LAG(1),
  /// Seconds that a replica which follows is behind.
  FOLLOWING(10),
  /// Probability of a failure times confidence, in [0,1].
  RISK(1000),
  /// 1 where it serves, else 0.
  SERVES(1);

  private static final double MOST = 1e12;
  private final int fraction;

  Metric(int fraction) {
    this.fraction = fraction;
  }

  long whole(double value) {
    return Math.round(Math.clamp(value, 0, MOST) * fraction);
  }

  double value(long whole) {
    return (double) whole / fraction;
  }

  /// As people and JSON write it.
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
