package dev.gnomon.bench.detector;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DetectorLoadTest {
  @Test
  void timesOneSampleOfManySeries() {
    assertThat(DetectorLoad.microseconds(50)).isBetween(0.01, 10_000.0);
  }
}
