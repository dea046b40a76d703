package dev.gnomon.core.letters;

import java.time.Duration;

/// What is kept of dead letters.
///
/// @param letters at most so many; of more only the number is kept
/// @param bytes of all their events
/// @param kept how long a letter is remembered after somebody has seen to it; one that nobody has
///   seen to stays
public record LetterLimits(int letters, long bytes, Duration kept) {
  public LetterLimits {
    if (letters < 1 || bytes < 1 || !kept.isPositive()) {
      throw new IllegalArgumentException(
          "expected limits above 0: %d letters, %d bytes, %s".formatted(letters, bytes, kept));
    }
  }
}
