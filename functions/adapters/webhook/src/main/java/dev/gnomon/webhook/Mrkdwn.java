package dev.gnomon.webhook;

/// Text for Slack: `&`, `<` and `>` are control characters there and stand as entities, so that no
/// name or reason becomes a link or calls a channel ([Formatting text for app
/// surfaces](https://docs.slack.dev/messaging/formatting-message-text)).
final class Mrkdwn {
  private Mrkdwn() {}

  /// @param max of the result, in `char`s: longer text is cut between characters and entities, and
  ///   ends with an ellipsis
  static String escaped(String text, int max) {
    StringBuilder escaped = new StringBuilder(Math.min(text.length() + 16, max));
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      String shown =
          switch (c) {
            case '&' -> "&amp;";
            case '<' -> "&lt;";
            case '>' -> "&gt;";
            default -> Character.toString(c);
          };
      at += Character.charCount(c);
      int left = max - escaped.length() - shown.length();
      if (left < 0 || (left == 0 && at < text.length())) {
        return escaped.append('…').toString();
      }
      escaped.append(shown);
    }
    return escaped.toString();
  }
}
