package dev.gnomon.core.journal;

import java.time.Instant;

/// A state of a journal: what all transactions up to a position leave.
public sealed interface Moment {
  /// Everything that is there.
  record Newest() implements Moment {}

  /// @param position 0 is the state before the first transaction
  record Position(long position) implements Moment {
    public Position {
      if (position < 0) {
        throw new IllegalArgumentException("a position is at least 0: " + position);
      }
    }
  }

  /// Before the first transaction in journal order that happened later than this. A transaction
  /// that came late stands where it came, whatever its own time says.
  record Time(Instant time) implements Moment {}

  /// With a transaction and everything before it.
  record After(String id) implements Moment {}

  /// Without a transaction and everything after it.
  record Before(String id) implements Moment {}
}
