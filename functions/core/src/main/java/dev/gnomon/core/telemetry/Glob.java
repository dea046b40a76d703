package dev.gnomon.core.telemetry;

/// A pattern for label values: `*` stands for any run of characters, everything else for itself. It
/// is matched in time linear in the value for each star, whatever comes from outside.
///
/// @param text 1 to 200 characters
public record Glob(String text) {
  private static final int CHARS_AT_MOST = 200;

  public Glob {
    if (text.isEmpty() || text.length() > CHARS_AT_MOST) {
      throw new IllegalArgumentException(
          "expected a pattern of 1 to %d characters, found %d"
              .formatted(CHARS_AT_MOST, text.length()));
    }
  }

  public boolean matches(String value) {
    int at = 0;
    int star = -1;
    int resume = 0;
    for (int i = 0; i < value.length(); ) {
      if (at < text.length() && text.charAt(at) == '*') {
        star = at++;
        resume = i;
      } else if (at < text.length() && text.charAt(at) == value.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++resume;
      } else {
        return false;
      }
    }
    while (at < text.length() && text.charAt(at) == '*') {
      at++;
    }
    return at == text.length();
  }
}
