package dev.gnomon.verification.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.telemetry.MemorySeriesStates;
import dev.gnomon.core.telemetry.SeriesStates;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MemorySeriesStatesTest extends SeriesStatesContract {
  private final TelemetryClock clock = new TelemetryClock();

  @Override
  protected SeriesStates open() {
    return new MemorySeriesStates(5000, clock);
  }

  @Override
  protected void pass(Duration time) {
    clock.forward(time);
  }

  @Test
  void ofAllSubjectsTogetherTheOldestGoFirst() {
    SeriesStates small = new MemorySeriesStates(10, clock);
    SeriesStates.Budget roomy = new SeriesStates.Budget(100, Duration.ofHours(1));
    List<Subject> cells =
        IntStream.range(0, 30)
            .<Subject>mapToObj(i -> new Subject.OfCell(new CellName("c" + i)))
            .toList();

    cells.forEach(cell ->
        small.store(cell, List.of(new SeriesStates.Entry("a", new byte[] {1}, "g")), roomy));

    assertThat(cells.stream().filter(cell -> !small.glances(cell).orElseThrow().isEmpty()))
        .containsExactlyElementsOf(cells.subList(20, 30));
  }
}
