package dev.gnomon.core.control;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Compares the clocks of two stores. Times of points come from the clock of their own cell, so
/// cells whose clocks differ by more than the tolerance may let a point from after an onset look
/// older than it.
public final class ClockSkew {
  private ClockSkew() {}

  /// @param before reading of the reference clock before the other clock was read
  /// @param other reading of the other clock
  /// @param after reading of the reference clock after that
  /// @return by how much the clocks surely differ beyond the tolerance, as a sentence; empty if
  ///   they may agree
  public static Optional<String> beyond(
      Instant before, Instant other, Instant after, Duration tolerance) {
    Duration ahead = Duration.between(after, other);
    Duration behind = Duration.between(other, before);
    if (ahead.compareTo(tolerance) > 0) {
      return Optional.of(
          "it is at least %d s ahead, %s is tolerated".formatted(ahead.toSeconds(), tolerance));
    }
    if (behind.compareTo(tolerance) > 0) {
      return Optional.of(
          "it is at least %d s behind, %s is tolerated".formatted(behind.toSeconds(), tolerance));
    }
    return Optional.empty();
  }
}
