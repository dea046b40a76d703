package dev.gnomon.core.notices;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// One entry of the log of a notice and a target; the last one says how it stands.
///
/// @param round the one that it belongs to, from 1; 0 before the first, and again once it is to be
///   sent again
/// @param attempts how often it was sent in that round
/// @param reason in words, without secrets
/// @param notBefore when another round may begin
/// @param body what was sent, without secrets, of a dead letter
record Step(
    Kind kind,
    Instant time,
    int round,
    int attempts,
    Optional<String> reason,
    Optional<Instant> notBefore,
    Optional<String> body) {

  enum Kind {
    /// A process has begun a round; nobody else begins one before `notBefore`.
    BEGUN,
    /// A round ended without success; the next one is due at `notBefore`.
    DELAYED,
    /// The target has it.
    SENT,
    /// The target was not given it, for it has no use for it.
    SKIPPED,
    /// Given up.
    DEAD,
    /// It is to be sent again: a person wants it, or something else overtook it.
    REPLAYED,
    /// A person wants no more of it.
    DROPPED
  }

  static Step of(Kind kind, Instant time, int round) {
    return new Step(kind, time, round, 0, Optional.empty(), Optional.empty(), Optional.empty());
  }

  Step tried(int times) {
    return new Step(kind, time, round, times, reason, notBefore, body);
  }

  Step because(String why) {
    return new Step(kind, time, round, attempts, Optional.of(why), notBefore, body);
  }

  Step after(Duration pause) {
    return new Step(kind, time, round, attempts, reason, Optional.of(time.plus(pause)), body);
  }

  Step showing(String sent) {
    return new Step(kind, time, round, attempts, reason, notBefore, Optional.of(sent));
  }

  /// Nothing more is to be done unless a person says so.
  boolean settled() {
    return switch (kind) {
      case SENT, SKIPPED, DEAD, DROPPED -> true;
      case BEGUN, DELAYED, REPLAYED -> false;
    };
  }

  boolean due(Instant now) {
    return !settled() && notBefore.map(time -> !now.isBefore(time)).orElse(true);
  }
}
