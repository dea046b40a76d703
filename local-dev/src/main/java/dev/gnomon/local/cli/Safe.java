package dev.gnomon.local.cli;

/// Text from elsewhere made harmless for a terminal: control characters, line separators and
/// characters that change the direction of text stand as their number, such as `\x1b`.
final class Safe {
  private Safe() {}

  static String text(String text) {
    if (text.codePoints().noneMatch(Safe::hostile)) {
      return text;
    }
    StringBuilder safe = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(c -> {
          if (!hostile(c)) {
            safe.appendCodePoint(c);
          } else {
            safe.append(c < 0x100 ? "\\x%02x".formatted(c) : "\\u%04x".formatted(c));
          }
        });
    return safe.toString();
  }

  private static boolean hostile(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          true;
      default -> false;
    };
  }
}
