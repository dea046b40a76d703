package dev.gnomon.events;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Checks that the event records share.
final class Text {
  /// Longest free text in an event, in characters; longer text is cut, so that a long reason never
  /// keeps an event from being sent. The schemas hold the same number.
  static final int MAX_CHARS = 4000;

  private Text() {}

  static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(name + " is missing");
    }
    return value;
  }

  /// JSON that leaves a field out reaches a record as null.
  static <T> Optional<T> optional(@Nullable Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }

  static String cut(String text) {
    return cut(text, MAX_CHARS);
  }

  /// @param maxChars at least 2
  static String cut(String text, int maxChars) {
    if (text.length() <= maxChars) {
      return text;
    }
    int end = maxChars - 1;
    return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end)
        + "\u2026";
  }

  static Optional<String> cut(@Nullable Optional<String> text) {
    return optional(text).map(Text::cut);
  }

  /// @param namesAndValues a name and its `Optional`, in turn
  static void exactlyOne(Object... namesAndValues) {
    int present = 0;
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      names.append(i == 0 ? "" : ", ").append(namesAndValues[i]);
      present += ((Optional<?>) namesAndValues[i + 1]).isPresent() ? 1 : 0;
    }
    if (present != 1) {
      throw new IllegalArgumentException(
          "exactly one of " + names + " must be present, found " + present);
    }
  }
}
