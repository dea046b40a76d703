package dev.gnomon.redis;

import java.util.Optional;

/// What came of a command sent to Redis.
sealed interface Reply<T> {
  /// Redis answered; empty is its nil.
  record Answer<T>(Optional<T> value) implements Reply<T> {}

  /// Redis refused the command: wrong type, out of memory, a replica that may not be written ...
  record Refused<T>(String reason) implements Reply<T> {}

  /// No answer in time, or no connection.
  record Away<T>() implements Reply<T> {}
}
