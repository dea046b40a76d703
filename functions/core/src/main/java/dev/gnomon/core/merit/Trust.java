package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalDouble;

/// How much a location is trusted, from what it did. With a share e of errors it follows
///
///     d trust / dt = -(ln 2 / halfLife) * e * trust + (ln 2 / recovery) * (1 - e) * (1 - trust)
///
/// solved exactly for a step in which e stays as it is. So nothing but errors halves it every
/// `halfLife`; without any, half of what is missing is back after `recovery`, which is longer; a few
/// errors all the time settle at a value below 1. More errors at any time never make it higher, then
/// or later (the right side falls with e, and so does the solution). A time in which nothing was
/// measured changes nothing.
///
/// @param value in [0,1]
/// @param at up to when it is reckoned
public record Trust(double value, Instant at) {
  /// A measurement speaks for so long back at most; what was before it is unknown.
  static final Duration MAX_STEP = Duration.ofMinutes(2);

  private static final double MILLIS = 1e3;

  public Trust {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException("trust must be in [0,1]: " + value);
    }
  }

  /// One that nothing is known of.
  public static Trust whole(Instant at) {
    return new Trust(1, at);
  }

  /// @param health share that is well; unknown leaves trust as it is
  /// @param now a time that does not come after [#at] changes nothing
  public Trust after(OptionalDouble health, Instant now, MeritPolicy policy) {
    if (!now.isAfter(at)) {
      return this;
    }
    if (health.isEmpty() || !(health.getAsDouble() >= 0 && health.getAsDouble() <= 1)) {
      return new Trust(value, now);
    }
    Duration since = Duration.between(at, now);
    double seconds = (since.compareTo(MAX_STEP) < 0 ? since : MAX_STEP).toMillis() / MILLIS;
    double errors = 1 - health.getAsDouble();
    double falls = Math.log(2) * errors / (policy.halfLife().toMillis() / MILLIS);
    double rises = Math.log(2) * (1 - errors) / (policy.recovery().toMillis() / MILLIS);
    double settles = rises / (falls + rises);
    double next = settles + (value - settles) * Math.exp(-(falls + rises) * seconds);
    return new Trust(Math.clamp(next, 0, 1), now);
  }
}
