package dev.gnomon.local.broker;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Duration;
import java.time.ZonedDateTime;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// When a PingSource fires: a cron line of five fields, a nickname such as `@hourly`, or `@every
/// 10s`.
sealed interface Schedule {
  /// The first moment after the given one; empty if there is none.
  Optional<ZonedDateTime> next(ZonedDateTime after);

  record Every(Duration period) implements Schedule {
    public Every {
      if (period.compareTo(Duration.ofSeconds(1)) < 0) {
        throw new IllegalArgumentException("@every needs at least 1s: " + period);
      }
    }

    @Override
    public Optional<ZonedDateTime> next(ZonedDateTime after) {
      return Optional.of(after.plus(period));
    }
  }

  record Cron(ExecutionTime times) implements Schedule {
    @Override
    public Optional<ZonedDateTime> next(ZonedDateTime after) {
      return times.nextExecution(after);
    }
  }

  /// @throws IllegalArgumentException if the text is no schedule
  static Schedule parse(String text) {
    if (text.startsWith("@every ")) {
      return new Every(duration(text.substring("@every ".length()).trim()));
    }
    String line = NICKNAMES.getOrDefault(text, text);
    CronParser parser = new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));
    return new Cron(ExecutionTime.forCron(parser.parse(line)));
  }

  java.util.Map<String, String> NICKNAMES =
      java.util.Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static Duration duration(String text) {
    Matcher parts = Pattern.compile("(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?").matcher(text);
    if (text.isEmpty() || !parts.matches()) {
      throw new IllegalArgumentException("@every needs a duration such as 1h30m or 10s: " + text);
    }
    return Duration.ofHours(number(parts.group(1)))
        .plusMinutes(number(parts.group(2)))
        .plusSeconds(number(parts.group(3)));
  }

  private static long number(@org.jspecify.annotations.Nullable String digits) {
    return digits == null ? 0 : Long.parseLong(digits);
  }
}
