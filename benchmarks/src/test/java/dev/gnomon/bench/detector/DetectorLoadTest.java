package dev.gnomon.bench.detector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.anomaly.AnomalyScorer;
import org.junit.jupiter.api.Test;

class DetectorLoadTest {
  @Test
  void timesSeriesInWhichNothingIsYoung() {
    AnomalyScorer[] series = DetectorLoad.steady(50);

    assertThat(series).hasSize(50).allMatch(one -> one.samples() == DetectorLoad.STEADY);
    assertThat(DetectorLoad.microseconds(series)).isPositive();
    assertThat(series)
        .as("each got its samples in order")
        .allMatch(one -> one.samples() == DetectorLoad.STEADY + 21);
  }
}
