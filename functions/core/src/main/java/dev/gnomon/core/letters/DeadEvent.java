package dev.gnomon.core.letters;

import dev.gnomon.core.control.Answers;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// An event as a broker gave it up.
///
/// @param source and id: what the event is known by
/// @param destination address that did not take it; empty if the broker does not say
/// @param code the last answer's status, as the broker tells it
/// @param reason what the last answer said
/// @param content the event as structured JSON, without what the broker said of the failure; of
///   what is no event, what came
/// @param unreadable why it is no event; such a letter can't be sent again
public record DeadEvent(
    String source,
    String id,
    String type,
    Optional<String> subject,
    String destination,
    Optional<String> code,
    Optional<String> reason,
    String content,
    Optional<String> unreadable) {
  private static final Pattern LOOPBACK =
      Pattern.compile("https?://(?:localhost|127\\.[0-9.]+|\\[::1])(?::[0-9]+)?(/.*)?");

  /// The name of the letter: the same event that the same destination did not take is one letter.
  String key() {
    return Answers.key(source + "\n" + id + "\n" + place(destination));
  }

  /// What a destination is known by. A port of this machine is another one after each start.
  public static String place(String destination) {
    Matcher loopback = LOOPBACK.matcher(destination.toLowerCase(Locale.ROOT));
    if (!loopback.matches()) {
      return destination;
    }
    String path = loopback.group(1);
    return path == null ? "/" : path;
  }
}
