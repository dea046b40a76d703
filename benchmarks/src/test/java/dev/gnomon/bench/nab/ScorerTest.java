package dev.gnomon.bench.nab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScorerTest {
  private static final List<Series> FILES = files();

  @ParameterizedTest
  @CsvSource({"-1,0.9866142982", "-0.5,0.8482836400", "0,0", "1,-0.9866142982", "3.01,-1"})
  void rowsAreWorthLessTheLaterTheyAre(double place, double worth) {
    assertThat(Scorer.sigmoid(place)).isCloseTo(worth, within(5e-11));
  }

  @ParameterizedTest
  @CsvSource({"4032,604", "22695,750"})
  void theStartOfAFileIsNotScored(int rows, int probation) {
    assertThat(Series.probation(rows)).isEqualTo(probation);
  }

  @ParameterizedTest
  @CsvSource({
    "relativeEntropy,10.771,54.64,47.60,58.84",
    "twitterADVec,-6.816,47.06,33.61,53.50",
    "contextOSE,46.167,69.90,66.98,73.18"
  })
  void givesPublishedDetectorsTheirPublishedScores(
      String detector, double raw, double standard, double lowFp, double lowFn) {
    List<double[]> scores = published(detector);

    Scorer scorer = new Scorer(FILES);

    Scorer.Best best = scorer.best(scores, Profile.STANDARD);
    assertThat(best.raw()).isCloseTo(raw, within(0.0006));
    assertThat(best.score()).isCloseTo(standard, within(0.00501));
    assertThat(scorer.best(scores, Profile.LOW_FALSE_POSITIVES).score())
        .isCloseTo(lowFp, within(0.00501));
    assertThat(scorer.best(scores, Profile.LOW_FALSE_NEGATIVES).score())
        .isCloseTo(lowFn, within(0.00501));
  }

  @Test
  void givesTheSameAtTheThresholdThatItFound() {
    List<double[]> scores = published("contextOSE");
    Scorer scorer = new Scorer(FILES);

    Scorer.Best best = scorer.best(scores, Profile.STANDARD);

    assertThat(scorer.at(scores, best.threshold(), Profile.STANDARD))
        .isCloseTo(best.score(), within(1e-9));
  }

  @Test
  void firingAtTheFirstRowOfEachWindowIsPerfect() {
    List<double[]> scores = silence();
    for (int file = 0; file < FILES.size(); file++) {
      for (Window window : FILES.get(file).windows()) {
        scores.get(file)[window.first()] = 1;
      }
    }

    for (Profile profile : Profile.values()) {
      assertThat(new Scorer(FILES).best(scores, profile).score()).isCloseTo(100, within(1e-9));
    }
  }

  @Test
  void neverFiringIsNothing() {
    Scorer scorer = new Scorer(FILES);

    assertThat(scorer.windows()).isEqualTo(116);
    for (Profile profile : Profile.values()) {
      assertThat(scorer.best(silence(), profile).score()).isCloseTo(0, within(1e-9));
      assertThat(scorer.at(silence(), 0.5, profile)).isCloseTo(0, within(1e-9));
    }
  }

  @Test
  void equalScoresAreTakenTogether() {
    Series series =
        new Series("a", new Instant[] {t(0), t(1), t(2), t(3)}, new double[4], List.of(at(3)));
    Scorer scorer = new Scorer(List.of(series));

    Scorer.Best best = scorer.best(List.of(new double[] {0.5, 0.5, 0.5, 0.5}), Profile.STANDARD);

    assertThat(best.raw()).isCloseTo(1 - 3 * 0.11, within(1e-9));
  }

  private static Window at(int row) {
    return new Window(row, row);
  }

  private static Instant t(int second) {
    return Instant.ofEpochSecond(second);
  }

  private static List<double[]> silence() {
    List<double[]> scores = new ArrayList<>();
    FILES.forEach(file -> scores.add(new double[file.rows()]));
    return scores;
  }

  private static List<double[]> published(String detector) {
    Map<String, double[]> byFile = new HashMap<>();
    List<double[]> scores = silence();
    for (int file = 0; file < FILES.size(); file++) {
      byFile.put(FILES.get(file).name(), scores.get(file));
    }
    for (String line : lines(detector + ".csv.gz")) {
      String[] cells = line.split(",", -1);
      Objects.requireNonNull(byFile.get(cells[0]))[Integer.parseInt(cells[1])] =
          Double.parseDouble(cells[2]);
    }
    return scores;
  }

  private static List<Series> files() {
    List<Series> files = new ArrayList<>();
    for (String line : lines("windows.csv")) {
      String[] cells = line.split(",", -1);
      int rows = Integer.parseInt(cells[1]);
      Instant[] times = new Instant[rows];
      Arrays.fill(times, Instant.EPOCH);
      List<Window> windows =
          Arrays.stream(cells[2].split(" "))
              .filter(text -> !text.isEmpty())
              .map(text -> text.split("-"))
              .map(edges -> new Window(Integer.parseInt(edges[0]), Integer.parseInt(edges[1])))
              .toList();
      files.add(new Series(cells[0], times, new double[rows], windows));
    }
    return files;
  }

  /// The lines of a resource but the first.
  private static List<String> lines(String name) {
    try (InputStream in =
        Objects.requireNonNull(ScorerTest.class.getResourceAsStream("/nab/" + name))) {
      InputStream text = name.endsWith(".gz") ? new GZIPInputStream(in) : in;
      return new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8))
          .lines()
          .skip(1)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
