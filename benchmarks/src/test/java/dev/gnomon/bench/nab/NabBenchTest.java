package dev.gnomon.bench.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.Workplace;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NabBenchTest {
  private static final int ROWS = 2_000;
  private static final LocalDateTime START = LocalDateTime.parse("2014-04-01T00:00:00");

  @TempDir Path directory;
  private Path data;

  @BeforeEach
  void corpus() throws IOException {
    data = Files.createDirectories(directory.resolve("nab/data/made"));
    write("a.csv", false, 1_500);
    write("b.csv", true, 1_200);
    Files.writeString(
        directory.resolve("nab/windows.csv"),
        "file,window_start,window_end\n"
            + window("made/a.csv", 1_490, 1_590)
            + window("made/b.csv", 1_190, 1_290));
  }

  private static String window(String file, int first, int last) {
    return "%s,%s.000000,%s.000000%n".formatted(file, time(first), time(last));
  }

  private static String time(int row) {
    return START.plusMinutes(5L * row).toString().replace('T', ' ') + ":00";
  }

  private void write(String name, boolean compressed, int spike) throws IOException {
    Random random = new Random(name.hashCode());
    StringBuilder text = new StringBuilder("timestamp,value\n");
    for (int row = 0; row < ROWS; row++) {
      double value = 50 + random.nextGaussian() + (row == spike ? 40 : 0);
      text.append(time(row)).append(',').append(value).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    if (compressed) {
      try (OutputStream out =
          new GZIPOutputStream(Files.newOutputStream(data.resolve(name + ".gz")))) {
        out.write(bytes);
      }
    } else {
      Files.write(data.resolve(name), bytes);
    }
  }

  private Contest prepare(Workplace workplace, Path where) throws Exception {
    return new NabBench()
        .prepare(
            new Setting(
                directory,
                Optional.empty(),
                Map.of(),
                "",
                workplace,
                Set.of(),
                Optional.of(where),
                false));
  }

  @Test
  void scoresEachProfileAndTheFixedThresholdOnAllAndOnTheUnseenHalf() throws Exception {
    try (Workplace workplace = Workplace.in(directory, "")) {
      Contest contest = prepare(workplace, directory.resolve("nab"));

      Map<String, Double> values = contest.ours().round(directory).values();

      assertThat(values)
          .containsOnlyKeys(
              "standard",
              "standard-tuned",
              "standard-unseen",
              "low-fp",
              "low-fp-tuned",
              "low-fp-unseen",
              "low-fn",
              "low-fn-tuned",
              "low-fn-unseen",
              "files",
              "windows",
              "fixed-threshold",
              "fixed-threshold-unseen");
      assertThat(values.get("standard")).isBetween(60.0, 100.0);
      assertThat(values).containsEntry("files", 2.0).containsEntry("windows", 2.0);
      assertThat(values.get("fixed-threshold")).isLessThanOrEqualTo(values.get("standard"));
    }
  }

  @Test
  void readsFilesAndWindowsAsRows() throws Exception {
    Corpus corpus = Corpus.read(directory.resolve("nab"));

    assertThat(corpus.files()).extracting(Series::name).containsExactly("made/a.csv", "made/b.csv");
    assertThat(corpus.files().getLast().rows()).isEqualTo(ROWS);
    assertThat(corpus.files().getLast().windows()).containsExactly(new Window(1_190, 1_290));
    assertThat(corpus.tuned().files())
        .hasSize(1)
        .doesNotContainAnyElementsOf(corpus.unseen().files());
  }

  @Test
  void refusesADirectoryWithoutTheBenchmark() throws Exception {
    try (Workplace workplace = Workplace.in(directory, "")) {
      assertThatThrownBy(() -> prepare(workplace, directory))
          .isInstanceOf(RoundFailedException.class)
          .hasMessageContaining("not in " + directory);
    }
  }

  @Test
  void refusesAWindowAtATimeThatTheFileLacks() throws Exception {
    Files.writeString(
        directory.resolve("nab/windows.csv"), "head\n" + window("made/a.csv", 1_990, 2_010));

    assertThatThrownBy(() -> Corpus.read(directory.resolve("nab")))
        .isInstanceOf(RoundFailedException.class)
        .hasMessageContaining("made/a.csv has no row at");
  }

  @Test
  void refusesLabelsOfAFileThatIsNotThere() throws Exception {
    Files.delete(data.resolve("b.csv.gz"));

    assertThatThrownBy(() -> Corpus.read(directory.resolve("nab")))
        .isInstanceOf(RoundFailedException.class)
        .hasMessageContaining("lacks: [made/b.csv]");
  }

  @Test
  void aPartOfTheBenchmarkDoesNotPassAsTheWhole() throws Exception {
    try (Workplace workplace = Workplace.in(directory, "")) {
      Contest contest = prepare(workplace, directory.resolve("nab"));

      assertThat(contest.measures())
          .filteredOn(measure -> measure.name().matches("files|windows"))
          .extracting(measure -> measure.target().orElseThrow())
          .containsExactly(58.0, 116.0);
    }
  }

  @Test
  void scoresOfRowsComeFromTheRowsUpToThem() throws Exception {
    Series whole = Corpus.read(directory.resolve("nab")).files().getFirst();
    int cut = 1_400;
    double[] larger = new double[ROWS];
    Instant[] times = new Instant[ROWS];
    for (int row = 0; row < ROWS; row++) {
      times[row] = whole.time(row);
      larger[row] = whole.value(row) * (row < cut ? 1 : 1_000);
    }

    double[] scores = NabBench.scores(whole);

    assertThat(NabBench.scores(new Series("cut", copy(times, cut), copy(larger, cut), List.of())))
        .containsExactly(copy(scores, cut));
    assertThat(copy(NabBench.scores(new Series("larger", times, larger, List.of())), cut))
        .containsExactly(copy(scores, cut));
  }

  private static double[] copy(double[] values, int rows) {
    return Arrays.copyOf(values, rows);
  }

  private static Instant[] copy(Instant[] times, int rows) {
    return Arrays.copyOf(times, rows);
  }
}
