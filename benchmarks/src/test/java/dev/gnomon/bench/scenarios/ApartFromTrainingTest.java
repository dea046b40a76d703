package dev.gnomon.bench.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.tribuo.incidents.TrainingRanges;
import dev.gnomon.tribuo.incidents.TrainingRanges.Range;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Scenarios judge the fused model only where they are something else than what it was trained on:
/// for each kind of number that both have, no scenario has one that training could draw.
class ApartFromTrainingTest {
  private static final List<Range> MINUTES_TO_FAILURE =
      List.of(
          TrainingRanges.MEMORY_LEAK_MINUTES,
          TrainingRanges.DISK_FILL_MINUTES,
          TrainingRanges.SLOW_DEPENDENCY_MINUTES,
          TrainingRanges.BAD_UPDATE_MINUTES,
          TrainingRanges.DISK_WEAR_MINUTES,
          TrainingRanges.CPU_RUNAWAY_MINUTES,
          TrainingRanges.LOG_STORM_MINUTES,
          TrainingRanges.NETWORK_DECAY_MINUTES);
  private static final List<Range> MINUTES_WITHOUT_FAILURE =
      List.of(
          TrainingRanges.LOAD_SPIKE_MINUTES,
          TrainingRanges.BATCH_MINUTES,
          TrainingRanges.OUTAGE_MINUTES,
          TrainingRanges.NOISY_LOG_MINUTES,
          TrainingRanges.NEAR_MISS_MINUTES);
  private static final List<Range> LATENCY_TIMES =
      List.of(
          TrainingRanges.LATENCY_TIMES,
          TrainingRanges.BLIP_TIMES,
          TrainingRanges.HARMLESS_UPDATE_SHIFT);

  /// Kinds that both have.
  private static final Map<Dial, List<Range>> SHARED =
      Map.of(
          Dial.RISE_MINUTES, MINUTES_TO_FAILURE,
          Dial.LASTS_MINUTES, MINUTES_WITHOUT_FAILURE,
          Dial.BURST_MINUTES, MINUTES_WITHOUT_FAILURE,
          Dial.SERVICE_TIME, LATENCY_TIMES,
          Dial.ERROR_SHARE, List.of(TrainingRanges.ERRORS_GROW_TO),
          Dial.TRAFFIC, List.of(TrainingRanges.LOAD_SPIKE_TIMES),
          Dial.IO_WAIT, List.of(TrainingRanges.IO_TIMES),
          Dial.ERROR_LINES, List.of(TrainingRanges.LOG_TIMES, TrainingRanges.NOISY_LOG_TIMES),
          Dial.SILENT_SHARE, List.of(TrainingRanges.OUTAGE_SHARE));

  /// What training has no number of.
  private static final Set<Dial> OURS =
      Set.of(
          Dial.CAPACITY_LEFT,
          Dial.EXTRA_LATENCY,
          Dial.RETRIES,
          Dial.MEMORY,
          Dial.DISK,
          Dial.REPLICATION_LAG,
          Dial.REALLOCATED_SECTORS,
          Dial.HEAT,
          Dial.RETRANSMITS,
          Dial.PERIOD_MINUTES,
          Dial.CLOCK_SKEW);

  @Test
  void noDialOfAScenarioIsInARangeOfTraining() {
    List<String> shared = new ArrayList<>();
    for (Scenario scenario : Scenarios.all()) {
      scenario
          .dials()
          .values()
          .forEach((dial, value) -> {
            // All metrics are all metrics: there is one such number, and the time is another.
            boolean all = dial == Dial.SILENT_SHARE && value == 1;
            for (Range range : SHARED.getOrDefault(dial, List.of())) {
              if (!all && range.overlaps(new Range(value, value))) {
                shared.add("%s of %s is %s, in %s".formatted(dial, scenario.name(), value, range));
              }
            }
          });
    }

    assertThat(shared).isEmpty();
  }

  @Test
  void everyDialIsComparedOrKnownToBeOursAlone() {
    Set<Dial> known = new HashSet<>(OURS);
    known.addAll(SHARED.keySet());

    assertThat(known).containsExactlyInAnyOrder(Dial.values());
  }

  @Test
  void whatIsUsualIsUsualNowhereInTraining() {
    Map<Double, Range> usual =
        Map.ofEntries(
            Map.entry(Usual.CADENCE_SECONDS, TrainingRanges.CADENCE_SECONDS),
            Map.entry(Usual.HISTORY_HOURS, TrainingRanges.HISTORY_HOURS),
            Map.entry(Usual.ORDERS_A_SECOND, TrainingRanges.TRAFFIC_PER_SECOND),
            Map.entry(Usual.ENTRIES_A_SECOND, TrainingRanges.TRAFFIC_PER_SECOND),
            Map.entry(Usual.DAILY_SWING, TrainingRanges.TRAFFIC_DAILY_SWING),
            Map.entry(Usual.ORDER_SECONDS, TrainingRanges.LATENCY_P50_SECONDS),
            Map.entry(Usual.ENTRY_SECONDS, TrainingRanges.LATENCY_P50_SECONDS),
            Map.entry(Usual.SLOW_TIMES, TrainingRanges.LATENCY_P99_FACTOR),
            Map.entry(Usual.ERRORS_RATIO, TrainingRanges.ERRORS_RATIO),
            Map.entry(Usual.BUSY * 0.9, TrainingRanges.CPU_RATIO),
            Map.entry(Usual.MEMORY_RATIO, TrainingRanges.MEMORY_RATIO),
            Map.entry(Usual.DISK_RATIO, TrainingRanges.DISK_RATIO),
            Map.entry(Usual.QUEUE_LENGTH, TrainingRanges.QUEUE_LENGTH),
            Map.entry(Usual.ERROR_LINES_A_SECOND, TrainingRanges.LOGGED_ERRORS_PER_SECOND),
            Map.entry(Usual.IO_SECONDS, TrainingRanges.IO_LATENCY_SECONDS));

    usual.forEach((value, range) ->
        assertThat(range.overlaps(new Range(value, value))).as("%s in %s", value, range).isFalse());
  }

  /// A range that training gets has to be looked at here.
  @Test
  void trainingHasNoRangeThatIsNotKnownHere() {
    Set<String> notOfScenarios =
        Set.of(
            "TRAFFIC_NOISE",
            "LATENCY_NOISE",
            "LATENCY_BY_LOAD",
            "WARNINGS_PER_SECOND",
            "MEDIA_ERRORS_PER_SECOND",
            "FAILING_MINUTES",
            "UPDATE_BEFORE_ONSET_MINUTES",
            "CURVE",
            "QUEUE_TIMES",
            "CPU_GROWS_TO",
            "MEDIA_ERRORS_GROW_TO",
            "PROBES_FAIL_SHARE",
            "BATCH_CPU",
            "NEAR_MISS_DAMAGE");
    Set<Range> compared = new HashSet<>();
    SHARED.values().forEach(compared::addAll);
    List<String> unknown =
        Arrays.stream(TrainingRanges.class.getFields())
            .filter(field -> Modifier.isStatic(field.getModifiers()))
            .filter(field -> field.getType() == Range.class)
            .filter(field -> !compared.contains(value(field)))
            .map(Field::getName)
            .filter(name -> !notOfScenarios.contains(name))
            .filter(name -> !USUAL.contains(name))
            .toList();

    assertThat(unknown).isEmpty();
  }

  private static final Set<String> USUAL =
      Set.of(
          "CADENCE_SECONDS",
          "HISTORY_HOURS",
          "TRAFFIC_PER_SECOND",
          "TRAFFIC_DAILY_SWING",
          "LATENCY_P50_SECONDS",
          "LATENCY_P99_FACTOR",
          "ERRORS_RATIO",
          "CPU_RATIO",
          "MEMORY_RATIO",
          "DISK_RATIO",
          "QUEUE_LENGTH",
          "LOGGED_ERRORS_PER_SECOND",
          "IO_LATENCY_SECONDS");

  private static Range value(Field field) {
    try {
      return (Range) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
