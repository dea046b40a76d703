package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonValue;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/// What an active probe of a cell found.
///
/// @param vantage name of the probing process, which has a network path of its own
/// @param target what of the cell was asked
/// @param time when the probe began, by the clock of the vantage point
/// @param latencySeconds how long the answer took; absent if there was none
/// @param reason why it failed; present exactly if it did
public record ProbeObserved(
    String vantage,
    String cell,
    Target target,
    Outcome outcome,
    Instant time,
    Optional<Double> latencySeconds,
    Optional<String> reason)
    implements EventData {
  public static final String TYPE = "dev.gnomon.probe-observed.v1";

  public ProbeObserved {
    Text.required("vantage", vantage);
    Text.required("cell", cell);
    Text.required("target", target);
    Text.required("outcome", outcome);
    Text.required("time", time);
    latencySeconds = Text.optional(latencySeconds);
    reason = Text.cut(reason);
    if (reason.isPresent() != (outcome == Outcome.FAILED)) {
      throw new IllegalArgumentException("a reason is there exactly if the outcome is failed");
    }
  }

  /// What of a cell was asked.
  public enum Target {
    STORE,
    REDIS;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Whether it answered as it should.
  public enum Outcome {
    OK,
    FAILED;

    @JsonValue
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(cell);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }
}
