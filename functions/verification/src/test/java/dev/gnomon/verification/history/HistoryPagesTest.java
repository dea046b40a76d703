package dev.gnomon.verification.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.history.HistoryPages;
import dev.gnomon.core.history.KeepHistory;
import dev.gnomon.core.history.Metric;
import dev.gnomon.core.history.Moment;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HistoryPagesTest {
  private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");
  private static final CellName EAST = new CellName("east");
  private static final ResourceName SITE = new ResourceName("site");

  private final InMemoryObjectStore store = new InMemoryObjectStore();
  private final ControlRecords records =
      new ControlRecords(store, () -> UUID.randomUUID().toString());
  private final HistoryPages pages =
      new HistoryPages(store, records, () -> UUID.randomUUID().toString());

  private void keep(Instant from, Duration time, double merit) {
    KeepHistory keeper = new KeepHistory(pages);
    for (long second = 0; second < time.toSeconds(); second += 10) {
      keeper.add(
          SITE, new Moment(from.plusSeconds(second), Map.of(EAST, Map.of(Metric.MERIT, merit))));
    }
    keeper.flush();
  }

  private List<String> names() {
    return records.names("history/").stream().map(ObjectName::value).toList();
  }

  @Test
  void momentsAreStoredASlotAtATimeAndFoundByTheirTime() {
    keep(T0, Duration.ofHours(1), 0.5);

    assertThat(names()).hasSize(4).allMatch(name -> name.startsWith("history/site/fine/0017"));
    assertThat(pages.between(SITE, T0, T0.plus(Duration.ofHours(1)))).hasSize(360);
    assertThat(pages.between(SITE, T0.plusSeconds(600), T0.plusSeconds(700))).hasSize(10);
  }

  @Test
  void momentsThatComeTooFastAreLeftOut() {
    KeepHistory keeper = new KeepHistory(pages);
    for (int i = 0; i < 100; i++) {
      keeper.add(SITE, new Moment(T0.plusMillis(i * 100L), Map.of()));
    }
    assertThat(keeper.waiting(SITE)).hasSize(1);
  }

  @Test
  void processesThatWriteTheSameSlotBothCount() {
    keep(T0, Duration.ofSeconds(100), 0.5);
    keep(T0.plusSeconds(5), Duration.ofSeconds(100), 0.6);
    assertThat(pages.between(SITE, T0, T0.plusSeconds(900))).hasSize(20);
  }

  @Test
  void oldDaysAreCondensedToMeansAndDeletedInTheEnd() {
    keep(T0, Duration.ofHours(2), 0.5);
    keep(T0.plus(Duration.ofDays(1)), Duration.ofHours(1), 0.7);
    Instant later = T0.plus(Duration.ofDays(1)).plus(HistoryPages.FINE_FOR).plusSeconds(1);

    assertThat(pages.condense(SITE, later)).isTrue();
    assertThat(pages.condense(SITE, later)).isFalse();

    assertThat(names()).filteredOn(name -> name.contains("/coarse/")).hasSize(1);
    assertThat(names()).filteredOn(name -> name.contains("/fine/")).hasSize(4);
    List<Moment> day = pages.between(SITE, T0, T0.plus(Duration.ofDays(1)));
    assertThat(day).hasSize(24);
    assertThat(day.getFirst().places().get(EAST)).containsEntry(Metric.MERIT, 0.5);

    Instant end = later.plus(HistoryPages.COARSE_FOR).plus(Duration.ofDays(2));
    while (pages.condense(SITE, end)) {}
    assertThat(names()).isEmpty();
  }

  @Test
  void aKillBetweenTheMeansAndTheDeletionIsFinishedByTheNextOne() {
    keep(T0, Duration.ofHours(1), 0.5);
    Instant later = T0.plus(Duration.ofDays(1)).plus(HistoryPages.FINE_FOR).plusSeconds(1);
    assertThat(pages.condense(SITE, later)).isTrue();
    keep(T0, Duration.ofHours(1), 0.9); // as if it had not been deleted
    assertThat(pages.condense(SITE, later)).isTrue();

    assertThat(names()).hasSize(1);
    assertThat(pages.between(SITE, T0, later).getFirst().places().get(EAST))
        .containsEntry(Metric.MERIT, 0.5);
  }

  @Test
  void aDamagedPageIsAGapAndNothingElse() {
    keep(T0, Duration.ofMinutes(15), 0.5);
    var unused =
        store.create(
            ObjectName.of(
                "history", "site", "fine", "%012d-x".formatted(T0.getEpochSecond() + 900)),
            "garbage".getBytes(StandardCharsets.UTF_8));
    assertThat(pages.between(SITE, T0, T0.plusSeconds(3600))).hasSize(90);
  }
}
