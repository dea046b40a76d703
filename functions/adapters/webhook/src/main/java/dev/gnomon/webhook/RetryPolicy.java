package dev.gnomon.webhook;

import dev.gnomon.core.notices.NoticeSender;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import java.util.random.RandomGenerator;

/// How often and after what pauses something is sent again: exponential backoff, each pause drawn
/// from the upper half of its range so that senders don't fall into step; a Retry-After of the
/// endpoint (seconds or a date, RFC 9110) is honoured if it is longer, up to what is left of the
/// total.
///
/// @param attempts how often it is sent at most
/// @param firstPause upper end of the range of the first pause; it doubles each time
/// @param attemptLimit how long one attempt may take
/// @param total how long all of it may take, from the first attempt
public record RetryPolicy(
    int attempts, Duration firstPause, Duration maxPause, Duration attemptLimit, Duration total) {
  /// Within the minute that a step may take.
  public static final RetryPolicy DEFAULT =
      new RetryPolicy(
          6,
          Duration.ofMillis(500),
          Duration.ofSeconds(15),
          Duration.ofSeconds(10),
          Duration.ofSeconds(50));

  public RetryPolicy {
    if (attempts < 1 || firstPause.isNegative() || attemptLimit.isNegative()) {
      throw new IllegalArgumentException(
          "a retry policy needs at least one attempt and no negative times: " + attempts);
    }
  }

  /// The pause after an attempt.
  ///
  /// @param attempt the one that failed, from 1
  Duration pause(
      int attempt, Optional<String> retryAfter, RandomGenerator random, InstantSource clock) {
    long doubled = firstPause.toMillis() << Math.min(attempt - 1, 20);
    long range = Math.min(doubled, maxPause.toMillis());
    Duration drawn = Duration.ofMillis(range - random.nextLong(range / 2 + 1));
    Duration wanted = retryAfter.flatMap(text -> parsed(text, clock)).orElse(Duration.ZERO);
    return wanted.compareTo(drawn) > 0 ? wanted : drawn;
  }

  /// What a Retry-After says, if it makes sense; at most [NoticeSender#LONGEST_PAUSE].
  static Optional<Duration> parsed(String retryAfter, InstantSource clock) {
    return said(retryAfter, clock)
        .map(pause ->
            pause.compareTo(NoticeSender.LONGEST_PAUSE) > 0 ? NoticeSender.LONGEST_PAUSE : pause);
  }

  private static Optional<Duration> said(String retryAfter, InstantSource clock) {
    String text = retryAfter.strip();
    if (text.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(text)));
    }
    try {
      Instant date = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(Duration.between(clock.instant(), date));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
