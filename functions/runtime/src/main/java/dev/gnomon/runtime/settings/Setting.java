package dev.gnomon.runtime.settings;

import java.net.URI;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.function.Function;

/// One setting.
///
/// @param key such as `gnomon.events.max-bytes`
/// @param about what it means, with its unit
/// @param form makes the value; throws IllegalArgumentException that says what was expected. Gets
///   nothing if the key is not set
public record Setting<T>(String key, String about, Function<Optional<String>, T> form) {
  public Setting {
    if (!key.matches("gnomon(\\.[a-z0-9][a-z0-9-]*)+")) {
      throw new IllegalArgumentException("a key is gnomon.<module>.<name>: '" + key + "'");
    }
  }

  /// A setting that has to be there.
  public static <T> Setting<T> required(String key, String about, Function<String, T> form) {
    return new Setting<>(
        key,
        about,
        value ->
            form.apply(
                value.orElseThrow(() -> new IllegalArgumentException("is missing: " + about))));
  }

  public static <T> Setting<Optional<T>> optional(
      String key, String about, Function<String, T> form) {
    return new Setting<>(key, about, value -> value.map(form));
  }

  /// @return a form for whole numbers in [min, max]
  public static Function<String, Integer> integer(int min, int max) {
    return text -> {
      try {
        int value = Integer.parseInt(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "expected a whole number from %d to %d, found '%s'".formatted(min, max, text));
    };
  }

  /// @return a form for numbers in [min, max]
  public static Function<String, Double> number(double min, double max) {
    return text -> {
      try {
        double value = Double.parseDouble(text);
        if (value >= min && value <= max) {
          return value;
        }
      } catch (NumberFormatException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "expected a number from %s to %s, found '%s'".formatted(min, max, text));
    };
  }

  /// @return a form for ISO 8601 durations in [min, max]
  public static Function<String, Duration> duration(Duration min, Duration max) {
    return text -> {
      try {
        Duration value = Duration.parse(text);
        if (value.compareTo(min) >= 0 && value.compareTo(max) <= 0) {
          return value;
        }
      } catch (DateTimeParseException e) {
        // said below
      }
      throw new IllegalArgumentException(
          "expected a duration from %s to %s, found '%s'".formatted(min, max, text));
    };
  }

  public static boolean truth(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException("expected true or false, found '" + text + "'");
    };
  }

  public static URI httpUrl(String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null
          && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
        return uri;
      }
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw new IllegalArgumentException("expected an http or https URL, found '" + text + "'");
  }
}
