package dev.gnomon.local.broker;

import io.cloudevents.CloudEvent;
import java.time.Duration;
import java.util.Optional;

/// What became of one attempt to deliver an event.
sealed interface Outcome {
  /// The subscriber has it.
  record Delivered(Optional<CloudEvent> reply) implements Outcome {}

  /// Not now.
  ///
  /// @param code status, or -1 if there was no answer
  record Postponed(int code, String reason, Optional<Duration> retryAfter) implements Outcome {}

  /// Never: another attempt would end the same way.
  record Refused(int code, String reason) implements Outcome {}
}
