package dev.gnomon.bench.nab;

import dev.gnomon.bench.detector.FusedScore;
import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.anomaly.AnomalyScorer;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/// The scores of our detector over the Numenta Anomaly Benchmark: with the best threshold a profile
/// (as its leaderboard has them, chosen on the labels), with the detector's own fixed one, and the
/// same for the half of the files that nothing was tuned on, with the threshold of the other half,
/// beside that other half.
public final class NabBench implements Bench {
  private static final String FIXED = "fixed-threshold";
  private static final String UNSEEN = "-unseen";
  private static final String TUNED = "-tuned";

  /// Files whose causes are known, at the best threshold for them: our score of single series, and
  /// the fused prediction of a subject of which such a series is all that is known.
  private static final String KNOWN_CAUSE = "realKnownCause";

  private static final String SERIES_KNOWN = "standard-known-cause";
  private static final String FUSED_KNOWN = "fused-known-cause";
  private static final String FILES = "files";
  private static final String WINDOWS = "windows";

  /// Normalised scores that have to be reached.
  private static final Map<String, Double> TARGETS =
      Map.of(
          "standard", 60.0, "low-fp", 50.0, "low-fn", 65.0, FIXED, 50.0, "standard-unseen", 55.0);

  /// What the whole benchmark has: a part of it is no figure of it.
  private static final double ALL_FILES = 58;

  private static final double ALL_WINDOWS = 116;

  @Override
  public String name() {
    return "nab";
  }

  @Override
  public String summary() {
    return "anomaly scores over the Numenta Anomaly Benchmark: --data DIR";
  }

  @Override
  public List<String> peers() {
    return List.of();
  }

  @Override
  public boolean needsData() {
    return true;
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public Contest prepare(Setting setting) throws RoundFailedException, IOException {
    Corpus corpus = Corpus.read(setting.data().orElseThrow());
    return new Contest(measures(), Optional.empty(), directory -> score(corpus), List.of());
  }

  private static List<Measure> measures() {
    List<String> names = new ArrayList<>();
    for (Profile profile : Profile.values()) {
      names.add(profile.measure());
      names.add(profile.measure() + TUNED);
      names.add(profile.measure() + UNSEEN);
    }
    names.add(FIXED);
    names.add(FIXED + UNSEEN);
    names.add(SERIES_KNOWN);
    names.add(FUSED_KNOWN);
    List<Measure> measures = new ArrayList<>();
    for (String name : names) {
      Measure measure = Measure.rate(name, Unit.POINTS);
      Double target = TARGETS.get(name);
      measures.add(target == null ? measure : measure.target(target));
    }
    measures.add(Measure.rate(FILES, Unit.COUNT).target(ALL_FILES));
    measures.add(Measure.rate(WINDOWS, Unit.COUNT).target(ALL_WINDOWS));
    return measures;
  }

  private static Readings score(Corpus all) {
    Corpus tuned = all.tuned();
    Corpus unseen = all.unseen();
    Scorer allScorer = new Scorer(all.files());
    Scorer tunedScorer = new Scorer(tuned.files());
    Scorer unseenScorer = new Scorer(unseen.files());
    List<double[]> allScores = all.files().stream().map(NabBench::scores).toList();
    List<double[]> tunedScores = of(tuned, all, allScores);
    List<double[]> unseenScores = of(unseen, all, allScores);
    Readings readings = knownCause(all, allScores);
    for (Profile profile : Profile.values()) {
      double threshold = tunedScorer.best(tunedScores, profile).threshold();
      readings =
          readings
              .with(profile.measure(), allScorer.best(allScores, profile).score())
              .with(profile.measure() + TUNED, tunedScorer.best(tunedScores, profile).score())
              .with(profile.measure() + UNSEEN, unseenScorer.at(unseenScores, threshold, profile));
    }
    return readings
        .with(FILES, all.files().size())
        .with(WINDOWS, allScorer.windows())
        .with(FIXED, allScorer.at(allScores, AnomalyScorer.ALARM, Profile.STANDARD))
        .with(FIXED + UNSEEN, unseenScorer.at(unseenScores, AnomalyScorer.ALARM, Profile.STANDARD));
  }

  private static Readings knownCause(Corpus all, List<double[]> allScores) {
    Corpus known = all.under(KNOWN_CAUSE);
    if (known.files().isEmpty()) {
      return Readings.NONE;
    }
    Scorer scorer = new Scorer(known.files());
    List<double[]> fused =
        known.files().stream()
            .map(series -> FusedScore.news(FusedScore.of(times(series), values(series))))
            .toList();
    return Readings.NONE
        .with(
            SERIES_KNOWN,
            Math.max(0, scorer.best(of(known, all, allScores), Profile.STANDARD).score()))
        .with(FUSED_KNOWN, Math.max(0, scorer.best(fused, Profile.STANDARD).score()));
  }

  private static Instant[] times(Series series) {
    return IntStream.range(0, series.rows()).mapToObj(series::time).toArray(Instant[]::new);
  }

  private static double[] values(Series series) {
    return IntStream.range(0, series.rows()).mapToDouble(series::value).toArray();
  }

  private static List<double[]> of(Corpus some, Corpus all, List<double[]> scores) {
    return some.files().stream().map(file -> scores.get(all.files().indexOf(file))).toList();
  }

  /// By row, each from the rows before it.
  static double[] scores(Series series) {
    AnomalyScorer scorer = new AnomalyScorer();
    double[] scores = new double[series.rows()];
    for (int row = 0; row < series.rows(); row++) {
      scores[row] = scorer.judge(series.time(row), series.value(row)).value();
    }
    return scores;
  }
}
