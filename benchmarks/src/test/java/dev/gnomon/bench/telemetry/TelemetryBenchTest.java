package dev.gnomon.bench.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TelemetryBenchTest {
  private static final int ROWS = 400;
  private static final int SPIKE = 300;
  private static final IntUnaryOperator NO_REST = row -> 0;

  @TempDir Path directory;

  private void write(String name, String content) throws IOException {
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(directory.resolve(name)))) {
      out.write(content.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String spiky() {
    Random random = new Random(1);
    StringBuilder text = new StringBuilder("TimeStamp,Value,Label\n");
    for (int row = 0; row < ROWS; row++) {
      Instant time = Instant.parse("2018-04-25T00:00:00Z").plusSeconds(3_600L * row);
      double value = 50 + random.nextGaussian() + (row == SPIKE ? 40 : 0);
      String cell = row == 100 ? "" : Double.toString(value);
      text.append(
          "\"%s\",%s,%d\n".formatted(time, cell, row >= SPIKE - 2 && row < SPIKE + 3 ? 1 : 0));
    }
    return text.toString();
  }

  private Contest prepare(Workplace workplace) throws Exception {
    return new TelemetryBench()
        .prepare(
            new Setting(
                directory,
                Optional.empty(),
                Map.of(),
                "",
                workplace,
                Set.of(),
                Optional.of(directory),
                false));
  }

  @Test
  void comparesAlarmsWithSimpleDetectors() throws Exception {
    write("a.csv.gz", spiky());
    try (Workplace workplace = Workplace.in(directory, "")) {
      Contest contest = prepare(workplace);

      Map<String, Double> ours = contest.ours().round(directory).values();

      assertThat(ours.get("recall")).isEqualTo(1);
      assertThat(contest.peers())
          .extracting(Peer::name)
          .containsExactly(
              "robust-z",
              "robust-z-rested",
              "seasonal-ewma",
              "seasonal-ewma-rested",
              "one-class-svm",
              "one-class-svm-rested");
      for (Peer peer : contest.peers()) {
        double f1 = ((Peer.Present) peer).contestant().round(directory).values().get("f1");
        assertThat(f1).as(peer.name()).isBetween(peer.name().contains("svm") ? 0.1 : 1, 1.0);
      }
    }
  }

  @Test
  void refusesADirectoryWithoutSeries() throws Exception {
    try (Workplace workplace = Workplace.in(directory, "")) {
      assertThatThrownBy(() -> prepare(workplace))
          .isInstanceOf(RoundFailedException.class)
          .hasMessageContaining("no series (*.csv.gz) are below " + directory);
    }
  }

  @Test
  void refusesWhatIsNoSeries() throws Exception {
    write("b.csv.gz", "TimeStamp,Value,Label\nyesterday,1,0\n");

    assertThatThrownBy(() -> LabelledSeries.read(directory))
        .isInstanceOf(RoundFailedException.class)
        .hasMessageContaining("b.csv.gz is no labelled series");
  }

  @Test
  void countsSegmentsFoundInTimeAndEveryFalseRow() {
    boolean[] labels = new boolean[100];
    Arrays.fill(labels, 50, 60, true);
    Arrays.fill(labels, 80, 90, true);
    double[] scores = new double[100];
    scores[10] = 0.9;
    scores[40] = 0.8;
    scores[41] = 0.3;
    scores[55] = 0.7;
    scores[86] = 0.9;
    List<LabelledSeries> series = List.of(series(labels));

    assertThat(Found.at(0.5, NO_REST, series, List.of(scores)))
        .isEqualTo(new Found(1, 1, 10, 10, 1));
    assertThat(Found.best(Found::f1, NO_REST, series, List.of(scores)))
        .isEqualTo(new Found(1, 1, 10, 10, 1));
    assertThat(Found.area(series, List.of(scores))).isCloseTo(0.25, within(1e-9));
  }

  @Test
  void aRestIsTheSameForEverybody() {
    double[] scores = new double[100];
    Arrays.fill(scores, 40, 48, 0.9);
    scores[50] = 0.9;
    boolean[] labels = new boolean[100];
    labels[50] = true;
    List<LabelledSeries> series = List.of(series(labels));

    assertThat(Found.at(0.5, NO_REST, series, List.of(scores))).isEqualTo(new Found(1, 0, 1, 0, 8));
    assertThat(Found.at(0.5, row -> 9, series, List.of(scores)))
        .isEqualTo(new Found(1, 0, 1, 0, 1));
    assertThat(Found.at(0.5, row -> 10, series, List.of(scores)))
        .isEqualTo(new Found(0, 1, 0, 1, 1));
  }

  @Test
  void anAlarmThatFindsASegmentIsNoFalseOneThoughTheSegmentIsOver() {
    boolean[] labels = new boolean[100];
    labels[50] = true;
    double[] scores = new double[100];
    scores[52] = 0.9;
    List<LabelledSeries> series = List.of(series(labels));

    assertThat(Found.at(0.5, NO_REST, series, List.of(scores))).isEqualTo(new Found(1, 0, 1, 0, 0));
    assertThat(Found.area(series, List.of(scores))).isEqualTo(1);
  }

  @Test
  void byRowsASegmentWeighsAsMuchAsItIsLong() {
    assertThat(new Found(1, 1, 30, 10, 10).f1ByRows()).isCloseTo(0.75, within(1e-9));
    assertThat(new Found(1, 1, 30, 10, 0).f1()).isCloseTo(2 / 3.0, within(1e-9));
    assertThat(new Found(0, 1, 0, 10, 0).f1ByRows()).isZero();
  }

  private static LabelledSeries series(boolean[] labels) {
    Instant[] times = new Instant[labels.length];
    Arrays.fill(times, Instant.EPOCH);
    return new LabelledSeries("made up", times, new double[labels.length], labels);
  }
}
