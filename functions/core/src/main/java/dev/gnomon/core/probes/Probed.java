package dev.gnomon.core.probes;

import dev.gnomon.core.ids.CellName;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/// What one probe found.
///
/// @param vantage name of the probing process, 1 to 63 lower-case letters, digits, inner hyphens
/// @param time when it began, by the clock of the vantage point
/// @param latencySeconds how long the answer took; empty: there was none
/// @param failure why it failed; empty: it did not
public record Probed(
    String vantage,
    CellName cell,
    Target target,
    Instant time,
    OptionalDouble latencySeconds,
    Optional<String> failure) {
  private static final Pattern VANTAGE = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

  public Probed {
    if (!VANTAGE.matcher(vantage).matches()) {
      throw new IllegalArgumentException(
          "a vantage point is 1-63 lower-case letters, digits and inner hyphens: '%s'"
              .formatted(vantage));
    }
  }

  /// What of a cell was asked.
  public enum Target {
    STORE,
    REDIS
  }

  public boolean failed() {
    return failure.isPresent();
  }
}
