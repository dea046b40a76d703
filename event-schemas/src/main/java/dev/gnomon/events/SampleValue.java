package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/// A number that may be none: JSON has no NaN and no infinities, so these are the texts that
/// Prometheus writes.
public record SampleValue(double number) {
  private static final String NAN = "NaN";
  private static final String INFINITE = "+Inf";
  private static final String MINUS_INFINITE = "-Inf";

  /// @param json a number or one of the texts
  @JsonCreator
  public static SampleValue of(Object json) {
    if (json instanceof Number number) {
      return new SampleValue(number.doubleValue());
    }
    return switch (String.valueOf(json)) {
      case NAN -> new SampleValue(Double.NaN);
      case INFINITE -> new SampleValue(Double.POSITIVE_INFINITY);
      case MINUS_INFINITE -> new SampleValue(Double.NEGATIVE_INFINITY);
      default ->
          throw new IllegalArgumentException(
              "expected a number, NaN, +Inf or -Inf, found '" + json + "'");
    };
  }

  @JsonValue
  public Object json() {
    if (Double.isNaN(number)) {
      return NAN;
    }
    if (Double.isInfinite(number)) {
      return number > 0 ? INFINITE : MINUS_INFINITE;
    }
    return number;
  }
}
