package dev.gnomon.local.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.ZonedDateTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
  private static final ZonedDateTime NOW = ZonedDateTime.parse("2026-03-14T10:20:30Z[Etc/UTC]");

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "* * * * *, 2026-03-14T10:21:00Z[Etc/UTC]",
        "*/15 * * * *, 2026-03-14T10:30:00Z[Etc/UTC]",
        "5 4 * * 1, 2026-03-16T04:05:00Z[Etc/UTC]",
        "@hourly, 2026-03-14T11:00:00Z[Etc/UTC]",
        "@daily, 2026-03-15T00:00:00Z[Etc/UTC]",
        "@every 10s, 2026-03-14T10:20:40Z[Etc/UTC]",
        "@every 1h30m, 2026-03-14T11:50:30Z[Etc/UTC]",
      })
  void theNextTimeIsTheFirstAfterNow(String schedule, ZonedDateTime next) {
    assertThat(Schedule.parse(schedule).next(NOW)).contains(next);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "* * * *", "61 * * * *", "@every", "@every x", "@every 0s", "often"})
  void whatIsNoScheduleIsRefused(String schedule) {
    assertThatThrownBy(() -> Schedule.parse(schedule)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theZoneOfTheSourceCounts() {
    ZonedDateTime berlin = ZonedDateTime.parse("2026-03-14T10:20:30+01:00[Europe/Berlin]");
    assertThat(Schedule.parse("0 12 * * *").next(berlin))
        .contains(ZonedDateTime.parse("2026-03-14T12:00:00+01:00[Europe/Berlin]"));
  }
}
