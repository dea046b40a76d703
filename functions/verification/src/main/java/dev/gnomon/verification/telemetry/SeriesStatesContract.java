package dev.gnomon.verification.telemetry;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.core.telemetry.SeriesStates.Budget;
import dev.gnomon.core.telemetry.SeriesStates.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every memory of series' states must do.
public abstract class SeriesStatesContract {
  private static final Subject CELL = new Subject.OfCell(new CellName("east"));
  private static final Subject LOCATION =
      new Subject.OfLocation(new ResourceName("orders"), new CellName("east"));
  private static final Budget ROOMY = new Budget(1000, Duration.ofHours(1));

  private SeriesStates states;

  /// An empty one that answers.
  protected abstract SeriesStates open();

  /// Time passes for it.
  protected abstract void pass(Duration time);

  @BeforeEach
  void openEmpty() {
    states = open();
  }

  private static byte[] bytes(int seed) {
    byte[] bytes = new byte[4171];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static Entry entry(String id, int seed) {
    return new Entry(id, bytes(seed), "glance \"" + seed + "\" \u00e4\u4e2d");
  }

  private static Map<String, List<Byte>> comparable(Map<String, byte[]> states) {
    Map<String, List<Byte>> lists = new HashMap<>();
    states.forEach((id, state) -> {
      List<Byte> list = new ArrayList<>();
      for (byte one : state) {
        list.add(one);
      }
      lists.put(id, list);
    });
    return lists;
  }

  @Test
  void nothingIsKnownAtFirst() {
    assertThat(states.load(CELL, List.of("a")).orElseThrow()).isEmpty();
    assertThat(states.glances(CELL).orElseThrow()).isEmpty();
  }

  @Test
  void everyByteComesBack() {
    states.store(CELL, List.of(entry("a", 1), entry("b", 2)), ROOMY);

    assertThat(comparable(states.load(CELL, List.of("a", "b", "c")).orElseThrow()))
        .isEqualTo(comparable(Map.of("a", bytes(1), "b", bytes(2))));
    assertThat(states.glances(CELL).orElseThrow())
        .isEqualTo(Map.of("a", entry("a", 1).glance(), "b", entry("b", 2).glance()));
  }

  @Test
  void theLastOneStoredWins() {
    states.store(CELL, List.of(entry("a", 1)), ROOMY);
    states.store(CELL, List.of(entry("a", 2)), ROOMY);

    assertThat(comparable(states.load(CELL, List.of("a")).orElseThrow()))
        .isEqualTo(comparable(Map.of("a", bytes(2))));
    assertThat(states.glances(CELL).orElseThrow()).hasSize(1);
  }

  @Test
  void subjectsAreKeptApart() {
    states.store(CELL, List.of(entry("a", 1)), ROOMY);

    assertThat(states.load(LOCATION, List.of("a")).orElseThrow()).isEmpty();
    assertThat(states.glances(LOCATION).orElseThrow()).isEmpty();
  }

  @Test
  void newSeriesOverTheBudgetAreRefusedAndKnownOnesAreNot() {
    Budget small = new Budget(2, Duration.ofHours(1));
    states.store(CELL, List.of(entry("a", 1), entry("b", 1)), small);

    Set<String> refused =
        states.store(CELL, List.of(entry("c", 1), entry("a", 2)), small).orElseThrow();

    assertThat(refused).containsExactly("c");
    assertThat(states.load(CELL, List.of("a", "b", "c")).orElseThrow()).containsOnlyKeys("a", "b");
  }

  @Test
  void aBatchOfManySeriesIsCutToTheBudget() {
    Budget budget = new Budget(150, Duration.ofHours(1));
    List<Entry> many = IntStream.range(0, 1000).mapToObj(i -> entry("s" + i, i)).toList();

    assertThat(states.store(CELL, many, budget).orElseThrow()).hasSize(850);
    assertThat(states.glances(CELL).orElseThrow()).hasSize(150);
    assertThat(states.load(CELL, many.stream().map(Entry::id).toList()).orElseThrow()).hasSize(150);
  }

  @Test
  void whatWasForgottenMakesRoom() {
    Budget one = new Budget(1, Duration.ofHours(1));
    states.store(CELL, List.of(entry("a", 1)), one);

    states.forget(CELL, List.of("a", "never-there"));

    assertThat(states.store(CELL, List.of(entry("b", 1)), one).orElseThrow()).isEmpty();
    assertThat(states.load(CELL, List.of("a")).orElseThrow()).isEmpty();
  }

  @Test
  void whatIsNotStoredAgainExpires() {
    states.store(CELL, List.of(entry("a", 1)), new Budget(10, Duration.ofMillis(20)));

    pass(Duration.ofMillis(40));

    await()
        .untilAsserted(() -> {
          assertThat(states.load(CELL, List.of("a")).orElseThrow()).isEmpty();
          assertThat(states.glances(CELL).orElseThrow()).isEmpty();
        });
  }
}
