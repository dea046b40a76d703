package dev.gnomon.core.decision;

/// How long something is expected to take.
///
/// @param seconds in [0, [#MAX_SECONDS]]
/// @param basis what the estimate rests on, a sentence
public record Effort(double seconds, String basis) {
  /// Thirty years: longer is the same to every decision.
  public static final double MAX_SECONDS = 1e9;

  public Effort {
    if (!(seconds >= 0)) {
      throw new IllegalArgumentException("an effort must be 0 s or more: " + seconds);
    }
    seconds = Math.min(seconds, MAX_SECONDS);
  }
}
