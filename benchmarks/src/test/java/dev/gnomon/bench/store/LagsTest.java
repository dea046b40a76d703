package dev.gnomon.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LagsTest {
  @Test
  void areRankedWhateverTheirOrder() {
    List<Double> hundredDown =
        IntStream.rangeClosed(1, 100).mapToObj(i -> (double) (101 - i)).toList();

    assertThat(Lags.of(hundredDown)).isEqualTo(new Lags(50, 99));
  }

  @Test
  void ofOneIsThatOne() {
    assertThat(Lags.of(List.of(0.5))).isEqualTo(new Lags(0.5, 0.5));
  }
}
