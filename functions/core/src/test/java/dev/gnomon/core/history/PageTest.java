package dev.gnomon.core.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PageTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final CellName EAST = new CellName("east");
  private static final ResourceName SITE = new ResourceName("site");

  @Test
  void anyColumnIsReadAsItWasWritten() {
    long seed = new Random().nextLong();
    System.out.println("PageTest seed " + seed);
    Random random = new Random(seed);
    for (int draw = 0; draw < 500; draw++) {
      long[] values = new long[random.nextInt(300)];
      for (int i = 0; i < values.length; i++) {
        values[i] =
            switch (random.nextInt(4)) {
              case 0 -> Column.UNKNOWN;
              case 1 -> i == 0 ? 7 : values[i - 1];
              case 2 -> random.nextLong(-(1L << 50), 1L << 50);
              default -> random.nextInt(2000);
            };
      }
      assertThat(Column.decode(Column.encode(values))).as("seed %d", seed).isEqualTo(values);
    }
  }

  @Test
  void damagedColumnsAreRefusedAndNeverTakeMoreThanTheirLimit() {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int draw = 0; draw < 2000; draw++) {
      byte[] bytes = new byte[random.nextInt(40)];
      random.nextBytes(bytes);
      String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
      try {
        assertThat(Column.decode(text).length)
            .as("seed %d", seed)
            .isLessThanOrEqualTo(Column.MAX_VALUES);
      } catch (IllegalArgumentException refused) {
        assertThat(refused).hasMessageContaining("column");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"!", "_____________", "AQ", "AQA", "AP___w8"})
  void whatIsNoColumnIsRefused(String text) {
    assertThatThrownBy(() -> Column.decode(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aPageKeepsWhatIsKnownAndWhatIsNot() throws Exception {
    List<Moment> moments =
        List.of(
            new Moment(T0, Map.of(EAST, Map.of(Metric.MERIT, 0.5, Metric.LAG, 12.0))),
            new Moment(T0.plusSeconds(10), Map.of(EAST, Map.of(Metric.MERIT, 0.25))),
            new Moment(
                T0.plusSeconds(25), Map.of(EAST, Map.of(Metric.MERIT, 1.0, Metric.LAG, 3.0))));

    Page page = Page.of(SITE, moments);
    Page read = Json.MAPPER.readValue(Json.MAPPER.writeValueAsBytes(page), Page.class);

    assertThat(read.moments()).isEqualTo(moments);
  }

  @Test
  void anHourOfAQuietPlaceIsAFewHundredBytes() throws Exception {
    List<Moment> moments = new ArrayList<>();
    for (int i = 0; i < 360; i++) {
      moments.add(
          new Moment(
              T0.plusSeconds(10L * i),
              Map.of(
                  EAST,
                  Map.of(Metric.MERIT, 0.98, Metric.HEALTH, 1.0, Metric.LAG, (double) 10 * i))));
    }
    assertThat(Json.MAPPER.writeValueAsBytes(Page.of(SITE, moments)).length).isLessThan(400);
  }

  @Test
  void aColumnOfAnotherLengthIsDamage() {
    Page page =
        new Page(
            SITE,
            T0,
            Column.encode(new long[] {0, 10}),
            Map.of(EAST, Map.of(Metric.MERIT, Column.encode(new long[] {1}))));
    assertThatThrownBy(page::moments)
        .hasMessageContaining("merit of east has 1 values for 2 times");
  }

  @Test
  void meansLeaveOutWhatIsUnknown() {
    Moment mean =
        Moment.mean(
            T0,
            Arrays.asList(
                new Moment(T0, Map.of(EAST, Map.of(Metric.MERIT, 0.5))),
                new Moment(T0, Map.of(EAST, Map.of(Metric.MERIT, 1.0, Metric.HEALTH, 0.2)))));
    assertThat(mean.places().get(EAST))
        .containsEntry(Metric.MERIT, 0.75)
        .containsEntry(Metric.HEALTH, 0.2);
  }
}
