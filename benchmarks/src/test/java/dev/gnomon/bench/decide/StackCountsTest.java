package dev.gnomon.bench.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import java.util.Map;
import org.junit.jupiter.api.Test;

class StackCountsTest {
  private static final long SECOND = 1_000_000_000L;

  private static String metrics(int east, int west, int commands) {
    return """
    # HELP gnomon_store_requests_total requests
    # TYPE gnomon_store_requests_total counter
    gnomon_store_requests_total{cell="east",request="create"} %d.0
    gnomon_store_requests_total{cell="west",request="stat"} %d.0
    gnomon_redis_commands_total %d.0
    gnomon_redis_commands_total_of_others 77.0
    gnomon_events_total{type="x"} 1.0E3
    """
        .formatted(east, west, commands);
  }

  @Test
  void metricsOfAllCellsAreAddedUp() {
    assertThat(StackCounts.of(metrics(3, 4, 5), 0).done())
        .containsOnly(
            entry(StackCounts.STORE_REQUESTS, 7.0),
            entry(StackCounts.REDIS_COMMANDS, 5.0),
            entry(StackCounts.EVENTS, 1000.0),
            entry(StackCounts.FILE_SYNCS, 0.0));
  }

  @Test
  void whatAnIdleStackDoesIsNotCountedForASwitch() {
    StackCounts first = StackCounts.of(metrics(0, 0, 0), 0);
    StackCounts afterIdling = StackCounts.of(metrics(10, 0, 20), 10 * SECOND);
    StackCounts begun = StackCounts.of(metrics(10, 0, 20), 20 * SECOND);
    StackCounts ended = StackCounts.of(metrics(110, 5, 21), 25 * SECOND);

    Map<String, Double> each = ended.each(begun, 10, afterIdling.perSecond(first));

    assertThat(each)
        .containsEntry(StackCounts.STORE_REQUESTS, 10.0)
        .containsEntry(StackCounts.REDIS_COMMANDS, 0.0);
  }
}
