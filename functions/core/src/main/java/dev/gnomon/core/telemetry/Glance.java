package dev.gnomon.core.telemetry;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/// What can be said of a series without its state.
///
/// @param series without labels if they are long
/// @param seen time of its newest sample
/// @param arrived when that came, by the clock of who took it
/// @param interval usual seconds between samples; 0: not known
/// @param warm whether its samples are scored yet
/// @param bad whether the newest value is bad by itself
/// @param unwellUntil until then it counts as unwell
/// @param ratio present value as a multiple of the usual one; NaN: not known
record Glance(
    SeriesKey series,
    Aspect aspect,
    Instant seen,
    Instant arrived,
    double interval,
    boolean warm,
    boolean bad,
    Instant unwellUntil,
    double ratio) {
  /// So many usual intervals without a sample are a series that stopped.
  private static final int STOPPED_AFTER_INTERVALS = 5;

  private static final Duration STOPPED_AT_SOONEST = Duration.ofSeconds(30);

  /// For a series that had one sample only.
  private static final Duration STOPPED_WITHOUT_CADENCE = Duration.ofMinutes(5);

  private static final int CHARS_AT_MOST = 600;

  static Glance of(SeriesKey series, Aspect aspect, SeriesState state) {
    boolean small = series.toString().length() <= CHARS_AT_MOST;
    return new Glance(
        small ? series : SeriesKey.of(series.metric(), Map.of()),
        aspect,
        state.seen(),
        state.arrived(),
        state.intervalSeconds(),
        state.warm(),
        state.bad(),
        state.unwellUntil(),
        state.ratio());
  }

  /// @return empty if the text is none, such as that of another version
  static Optional<Glance> parse(String text) {
    try {
      return Optional.of(Json.MAPPER.readValue(text, Glance.class));
    } catch (JsonProcessingException | NullPointerException e) {
      return Optional.empty();
    }
  }

  String text() {
    try {
      return Json.MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Whether the series has stopped, by its own cadence and the clock of who takes it.
  boolean missing(Instant now) {
    Duration patience =
        interval == 0
            ? STOPPED_WITHOUT_CADENCE
            : Duration.ofMillis((long) (STOPPED_AFTER_INTERVALS * interval * 1e3));
    Duration least = patience.compareTo(STOPPED_AT_SOONEST) < 0 ? STOPPED_AT_SOONEST : patience;
    return arrived.plus(least).isBefore(now);
  }

  /// Whether it tells something about health now: it is there, scored, and of an aspect whose
  /// unusual values are bad ones.
  boolean tellsHealth(Instant now) {
    return switch (aspect) {
      case LATENCY, ERRORS, SATURATION, HARDWARE, LOGS -> warm && !missing(now);
      case PROBES -> !missing(now);
      case TRAFFIC, OTHER -> false;
    };
  }

  boolean well(Instant now) {
    return aspect == Aspect.PROBES ? !bad : !unwellUntil.isAfter(now);
  }
}
