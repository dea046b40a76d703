package dev.gnomon.local.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.local.cli.Console.Style;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/// Replicas that are kept up to date continuously, and how far they are behind.
final class FollowView {
  private static final Duration MUCH = Duration.ofSeconds(10);

  private FollowView() {}

  static boolean isFollowed(JsonNode shadow) {
    return shadow.path("follows").isObject();
  }

  static void print(Console console, JsonNode resources, Instant now) {
    Table table =
        new Table(
            "REPLICA OF",
            "CELL",
            "STATE",
            "LAG",
            "MEDIAN",
            "P99",
            "MAX",
            "BY",
            "VERIFIED",
            "DAMAGED",
            "WARNING");
    boolean any = false;
    for (JsonNode resource : resources) {
      for (JsonNode shadow : resource.path("shadows")) {
        if (!isFollowed(shadow)) {
          continue;
        }
        any = true;
        JsonNode follows = shadow.path("follows");
        table.row(
            StatusCommand.text(resource, "name"),
            StatusCommand.text(shadow, "cell"),
            StatusCommand.text(follows, "state"),
            lag(follows, "lag", "unknown"),
            lag(follows, "median", "-"),
            lag(follows, "p99", "-"),
            lag(follows, "max", "-"),
            follows.path("events").asBoolean() ? "events" : "comparison",
            verified(follows, now),
            StatusCommand.text(follows, "damaged"),
            StatusCommand.text(follows, "warning"));
        table.style(3, isLittle(follows) ? Style.GOOD : Style.WARN);
      }
    }
    if (any) {
      console.line("");
      table.print(console, "");
    }
  }

  /// Such as `0.24s`.
  static String seconds(Duration lag) {
    return String.format(Locale.ROOT, "%.2fs", lag.toMillis() / 1000.0);
  }

  private static String lag(JsonNode follows, String field, String none) {
    String text = StatusCommand.text(follows, field);
    try {
      return text.equals("-") ? none : seconds(Duration.parse(text));
    } catch (DateTimeException e) {
      return text; // not a duration that we know: shown as it is
    }
  }

  private static boolean isLittle(JsonNode follows) {
    try {
      return Duration.parse(StatusCommand.text(follows, "lag")).compareTo(MUCH) < 0;
    } catch (DateTimeException e) {
      return false;
    }
  }

  private static String verified(JsonNode follows, Instant now) {
    String text = StatusCommand.text(follows, "verified");
    try {
      return text.equals("-") ? "never" : Amounts.age(Instant.parse(text), now);
    } catch (DateTimeException e) {
      return text;
    }
  }
}
