package dev.gnomon.store.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadSampleTest {
  private static final int PACKS = 1_000;
  private static final int CYCLES = 5;

  private static final List<String> IDS =
      IntStream.range(0, PACKS).mapToObj(i -> "pack-" + i).toList();

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 10, 25, 30, 33, 50, 99, 100})
  void theRoundsOfACycleReadEveryPack(int percent) {
    for (int cycle = 0; cycle < CYCLES; cycle++) {
      long first = 100L * cycle / percent;
      long last = (100L * (cycle + 1) - 1) / percent;
      for (String id : IDS) {
        assertThat(
                LongStream.rangeClosed(first, last)
                    .anyMatch(round -> new ReadSample(percent, round).includes(id)))
            .as("%s in cycle %d", id, cycle)
            .isTrue();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {10, 50})
  void runsOfEverySecondDayReadEveryPackInTime(int percent) {
    assertThat(unread(percent, 2, 100)).isEmpty();
  }

  @Test
  void runsOfEveryTenthDayDoNotReadTheSameTenthForEver() {
    assertThat(unread(10, 10, 100)).isEmpty();
  }

  @Test
  void aRunReadsAboutItsShare() {
    assertThat(IDS.stream().filter(new ReadSample(10, 20_000)::includes).count())
        .isBetween(50L, 150L);
    assertThat(IDS).noneMatch(new ReadSample(0, 20_000)::includes);
    assertThat(IDS).allMatch(new ReadSample(100, 20_000)::includes);
  }

  /// Packs that no run read, of so many with a step between.
  private static List<String> unread(int percent, int step, int runs) {
    return IDS.stream()
        .filter(id ->
            LongStream.range(0, runs)
                .noneMatch(run -> new ReadSample(percent, run * step).includes(id)))
        .toList();
  }
}
