package dev.gnomon.core.letters;

import java.time.Instant;
import java.util.Optional;

/// A dead letter as it is stored, without the event itself.
///
/// @param key its name, of 36 characters
/// @param destination address that did not take the event; empty if nobody said
/// @param time when it came first, by the clock of the store
/// @param code and reason: why it was given up the first time
/// @param bytes of the event
/// @param unreadable why it can't be sent again, if it is no event
public record Letter(
    String key,
    String source,
    String id,
    String type,
    Optional<String> subject,
    String destination,
    Instant time,
    Optional<String> code,
    Optional<String> reason,
    long bytes,
    Optional<String> unreadable) {
  /// As many digits for all; enough until the year 2286.
  private static final long LATEST_MILLIS = 9_999_999_999_999L;

  static Letter of(DeadEvent event, Instant time) {
    return new Letter(
        event.key(),
        event.source(),
        event.id(),
        event.type(),
        event.subject(),
        event.destination(),
        time,
        event.code(),
        event.reason(),
        event.content().length(),
        event.unreadable());
  }

  /// The marker of a letter that nobody has seen to; names of newer letters come first.
  String marker() {
    return "%013d/%s"
        .formatted(Math.clamp(LATEST_MILLIS - time.toEpochMilli(), 0, LATEST_MILLIS), key);
  }

  static Optional<String> keyOf(String marker) {
    int slash = marker.lastIndexOf('/');
    return slash < 0 ? Optional.empty() : Optional.of(marker.substring(slash + 1));
  }
}
