package dev.gnomon.core.telemetry;

/// What kind of health a series tells of.
public enum Aspect {
  /// How long things take.
  LATENCY,
  /// How often things fail.
  ERRORS,
  /// How full something bounded is: processors, memory, disks, queues.
  SATURATION,
  /// How much is asked for; unusual traffic by itself is no failure.
  TRAFFIC,
  /// What a device says of itself, such as reallocated sectors.
  HARDWARE,
  /// Rates of log lines.
  LOGS,
  /// What active probes found.
  PROBES,
  OTHER
}
