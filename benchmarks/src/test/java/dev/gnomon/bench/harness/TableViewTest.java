package dev.gnomon.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TableViewTest {
  @Test
  void showsEverythingAligned() {
    assertThat(String.join("\n", TableView.lines(Reports.full())))
        .isEqualTo(
            """
            bench test: 12 files, 3.0 MiB, 3 rounds on A CPU, 2 cores, 8.0 GiB, Linux 6.1, JDK Temurin-25

            measure  unit   who                     median    min    max  ratio  target
            backup   s      gnomon                   2.000  1.000  4.000
                            restic 0.14.0            3.000  1.500  6.000  1.50x  at least 1.50x  holds
                            rustic 0.11.4 (failed)       -      -      -
                            rclone (absent)              -      -      -
            switch   s      gnomon                   0.300  0.150  0.600         under 0.250     MISSED
            stored   bytes  gnomon                    1000    500   2000
                            restic 0.14.0             2000   1000   4000  2.00x  at least 3.00x  MISSED
            memory   MiB    gnomon                       -      -      -

            a round of gnomon failed: a round broke
            rustic failed: exited ?[1m3
            rclone is absent: it is not on the PATH
            a round of restic failed: round 2 broke\
            """);
  }
}
