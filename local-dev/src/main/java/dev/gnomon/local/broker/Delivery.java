package dev.gnomon.local.broker;

import java.time.Duration;
import java.util.Optional;

/// How often and how long a delivery is tried: the `delivery` of a Trigger or a Broker.
///
/// @param retry attempts after the first one, 0 or more
/// @param timeout of one attempt
record Delivery(
    int retry,
    Backoff backoff,
    Duration backoffDelay,
    Duration timeout,
    Optional<Destination> deadLetterSink) {
  static final Duration DEFAULT_TIMEOUT = Duration.ofMinutes(5);
  static final Duration MAX_DELAY = Duration.ofMinutes(10);

  /// What Knative's brokers do when nobody says anything.
  static final Delivery DEFAULT =
      new Delivery(
          10, Backoff.EXPONENTIAL, Duration.ofMillis(200), DEFAULT_TIMEOUT, Optional.empty());

  enum Backoff {
    LINEAR,
    EXPONENTIAL
  }

  Delivery {
    if (retry < 0 || backoffDelay.isNegative() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "delivery needs retry >= 0, backoffDelay >= 0 and timeout > 0: "
              + retry
              + ", "
              + backoffDelay
              + ", "
              + timeout);
    }
  }

  /// How long to wait before a retry, at most [#MAX_DELAY].
  ///
  /// @param retryNumber from 1
  /// @param retryAfter what the subscriber asked for; the longer of both counts
  Duration delayBefore(int retryNumber, Optional<Duration> retryAfter) {
    double factor =
        switch (backoff) {
          case LINEAR -> retryNumber;
          case EXPONENTIAL -> Math.scalb(1.0, Math.min(retryNumber - 1, 60));
        };
    double millis = Math.min(backoffDelay.toMillis() * factor, MAX_DELAY.toMillis());
    Duration own = Duration.ofMillis((long) millis);
    Duration asked = retryAfter.orElse(Duration.ZERO);
    Duration longer = asked.compareTo(own) > 0 ? asked : own;
    return longer.compareTo(MAX_DELAY) > 0 ? MAX_DELAY : longer;
  }

  Delivery withoutDeadLetterSink() {
    return new Delivery(retry, backoff, backoffDelay, timeout, Optional.empty());
  }
}
