package dev.gnomon.core.anomaly;

/// What the scorer says of one sample.
public sealed interface Judgement {
  /// @param score in [0,1]; from [AnomalyScorer#ALARM] on it is an alarm
  /// @param surprise how rare the sample is, in decades, before rests and habits are counted in
  /// @param strongest the signal with the largest surprise
  record Scored(double score, double surprise, Signal strongest) implements Judgement {}

  /// The sample told nothing, and what is known of the series is as before.
  record Ignored(Why why) implements Judgement {}

  /// Why a sample was ignored.
  enum Why {
    /// NaN, or infinite.
    NOT_A_NUMBER,
    /// Of the same time as the sample before.
    DUPLICATE,
    /// Of a time before that of the sample before.
    LATE,
    /// Of a time so far ahead that it is believed only if the next sample is later still.
    AHEAD
  }

  /// The score; 0 for a sample that was ignored.
  default double value() {
    return switch (this) {
      case Scored scored -> scored.score();
      case Ignored ignored -> 0;
    };
  }
}
