package dev.gnomon.core.letters;

import java.time.Instant;
import java.util.Optional;

/// What became of a letter behind its first death; the last step says how it stands.
///
/// @param deaths how often the event was given up so far, the first time counted
/// @param by who asked for it
/// @param code and reason: why it died again, or was not taken by the broker
public record LetterStep(
    Kind kind,
    Instant time,
    int deaths,
    Optional<String> by,
    Optional<String> code,
    Optional<String> reason) {
  /// What happened.
  public enum Kind {
    /// Somebody sends it again; killed here, a sweep goes on with it.
    REPLAYING,
    /// The broker has it. That is the end unless it dies again.
    REPLAYED,
    /// The broker did not take it.
    REFUSED,
    /// It was given up once more.
    DIED,
    /// A person does not want it any more.
    DROPPED
  }

  static LetterStep by(Kind kind, Instant time, int deaths, String by) {
    return new LetterStep(kind, time, deaths, Optional.of(by), Optional.empty(), Optional.empty());
  }

  /// Whether nobody has to see to it.
  boolean resolved() {
    return switch (kind) {
      case REPLAYED, DROPPED -> true;
      case REPLAYING, REFUSED, DIED -> false;
    };
  }
}
