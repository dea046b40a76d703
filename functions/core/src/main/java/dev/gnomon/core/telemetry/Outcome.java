package dev.gnomon.core.telemetry;

/// What became of a sample.
public enum Outcome {
  SCORED,
  /// Taken in, but its series is not known well enough to score it.
  WARMING,
  /// NaN or infinite: dropped.
  NOT_A_NUMBER,
  /// Of the time of the sample before: dropped.
  DUPLICATE,
  /// Of a time before the sample before: dropped.
  LATE,
  /// Of a time so far ahead that all that follow might be late, as is the first one behind a gap:
  /// not believed before the next one.
  AHEAD,
  /// No rule says what it speaks of: dropped.
  UNMAPPED,
  /// Of a new series of a subject that has as many as it may: dropped.
  OVER_BUDGET
}
