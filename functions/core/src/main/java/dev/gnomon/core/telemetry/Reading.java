package dev.gnomon.core.telemetry;

/// What a series says at a time.
public enum Reading {
  /// A sample that was scored.
  VALUE,
  /// The series has stopped by its own cadence: neither good nor bad, and no reason to do anything.
  MISSING,
  /// There is something, but it proves nothing yet: a series that still warms up, a probe that
  /// fails from one vantage point alone.
  INCONCLUSIVE
}
