package dev.gnomon.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.prediction.Subject;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NearGlancesTest {
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Subject EAST = new Subject.OfCell(new CellName("east"));

  private final NearGlances near = new NearGlances();
  private final Map<String, Glance> stored = new HashMap<>();
  private int reads;

  private static Glance glance(String metric) {
    return new Glance(
        SeriesKey.of(metric, Map.of()), Aspect.LATENCY, NOW, NOW, 60, true, false, NOW, 1);
  }

  private Map<String, Glance> stored() {
    reads++;
    return Map.copyOf(stored);
  }

  private Map<String, Glance> taken(String id, Instant now) {
    return near.with(EAST, Map.of(id, glance(id)), now, this::stored);
  }

  @Test
  void batchesOfATimeReadWhatIsStoredOnce() {
    stored.put("other", glance("other"));

    taken("a", NOW);
    Map<String, Glance> all = taken("b", NOW.plusSeconds(1));

    assertThat(all).containsOnlyKeys("other", "a", "b");
    assertThat(reads).isEqualTo(1);
  }

  @Test
  void whatOthersTookInIsSeenAfterAWhile() {
    taken("a", NOW);
    stored.put("other", glance("other"));

    assertThat(taken("a", NOW.plus(NearGlances.FRESH).minusMillis(1))).containsOnlyKeys("a");
    assertThat(taken("a", NOW.plus(NearGlances.FRESH))).containsOnlyKeys("other", "a");
  }

  @Test
  void aClockThatGoesBackReadsAgain() {
    taken("a", NOW);

    taken("a", NOW.minusSeconds(3600));

    assertThat(reads).isEqualTo(2);
  }

  @Test
  void askedForWhatIsStoredItIsRead() {
    taken("a", NOW);
    stored.put("other", glance("other"));

    assertThat(near.read(EAST, NOW, this::stored)).containsOnlyKeys("other");
  }

  @Test
  void whatHasNoRoomIsReadEachTimeAndTheRestGoesOldestFirst() {
    Map<String, Glance> many = new HashMap<>();
    for (int i = 0; i <= NearGlances.MOST / 2; i++) {
      many.put("m" + i, glance("m"));
    }
    Subject west = new Subject.OfCell(new CellName("west"));
    near.with(EAST, many, NOW, this::stored);
    near.with(west, many, NOW, this::stored);
    assertThat(reads).isEqualTo(2);

    near.with(west, Map.of(), NOW, this::stored);
    assertThat(reads).as("the newest is held").isEqualTo(2);
    near.with(EAST, Map.of(), NOW, this::stored);
    assertThat(reads).as("the oldest is not").isEqualTo(3);
  }
}
