package dev.gnomon.core.notices;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.catalogue.NotificationTarget;
import java.time.Duration;
import java.util.Optional;

/// Gives a notice to one target. Thread-safe; never throws for what the target does.
public interface NoticeSender {
  /// Longest time that [#send] may take.
  Duration LIMIT = Duration.ofMinutes(1);

  /// Longest time that a target is left alone because it wants to be.
  Duration LONGEST_PAUSE = Duration.ofHours(1);

  /// Sends with a few attempts of its own, and waits for the outcome.
  Outcome send(NotificationTarget target, Notice notice);

  /// What is sent, as text, without secrets.
  String shown(NotificationTarget target, Notice notice);

  /// What became of it.
  sealed interface Outcome {
    /// How often it was sent; 0 if it could not be sent at all.
    int attempts();

    /// The target has it.
    record Taken(int attempts) implements Outcome {}

    /// It may have it or not; another round may help.
    ///
    /// @param reason of the last attempt, without secrets
    /// @param after how long the target wants to be left alone, at most [#LONGEST_PAUSE]
    record Waits(int attempts, String reason, Optional<Duration> after) implements Outcome {}

    /// It will not take it, however often it is asked.
    ///
    /// @param reason without secrets
    record Refused(int attempts, String reason) implements Outcome {}
  }
}
