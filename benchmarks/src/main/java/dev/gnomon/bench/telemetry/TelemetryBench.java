package dev.gnomon.bench.telemetry;

import dev.gnomon.bench.detector.FusedScore;
import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Comparison;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.catalogue.PredictionPolicy;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntUnaryOperator;

/// Precision, recall and F1 of our alarms over labelled telemetry, at the one threshold that all
/// series have, beside simple detectors, each at the threshold that is best for it: as it comes,
/// and once more with the rest after an alarm that ours has.
public final class TelemetryBench implements Bench {
  static final String F1 = "f1";
  static final String PRECISION = "precision";
  static final String RECALL = "recall";
  static final String AREA = "average-precision";

  static final String ROWS = "f1-by-rows";

  /// Of the fused prediction of a subject of which one series is all that is known, at the
  /// probability from which failures are announced, and at the best threshold for it.
  static final String FUSED = "fused-f1";

  static final String FUSED_BEST = "fused-f1-at-best";
  static final String FUSED_AREA = "fused-average-precision";

  /// Of a peer that rests as ours does.
  static final String RESTED = "-rested";

  private static final String NOTE =
      "a peer has, for each figure, the threshold that is best for it, chosen on the labels; gnomon"
          + " has its own; some of its form was chosen while these labels were looked at"
          + " (docs/adr/0024-anomaly-scores.md)";
  private static final IntUnaryOperator NO_REST = row -> 0;
  private static final IntUnaryOperator OUR_REST = AnomalyScorer::rest;
  private static final Map<String, Detector> PEERS = new LinkedHashMap<>();

  static {
    PEERS.put("robust-z", new RobustZ());
    PEERS.put("seasonal-ewma", new SeasonalEwma());
    PEERS.put("one-class-svm", new OneClassSvm());
  }

  @Override
  public String name() {
    return "telemetry";
  }

  @Override
  public String summary() {
    return "alarms on labelled telemetry of production systems: --data DIR";
  }

  /// None are programs that a user could name.
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
    List<LabelledSeries> all = LabelledSeries.read(setting.data().orElseThrow());
    List<Peer> peers = new ArrayList<>();
    PEERS.forEach((name, detector) -> {
      peers.add(new Peer.Present(name, "", directory -> atBest(all, detector, NO_REST)));
      peers.add(new Peer.Present(name + RESTED, "", directory -> atBest(all, detector, OUR_REST)));
    });
    return new Contest(
        List.of(
            compared(F1, Optional.of(1.0)),
            compared(PRECISION, Optional.empty()),
            compared(RECALL, Optional.empty()),
            compared(AREA, Optional.empty()),
            compared(ROWS, Optional.empty()),
            Measure.rate(FUSED, Unit.SHARE),
            Measure.rate(FUSED_BEST, Unit.SHARE),
            Measure.rate(FUSED_AREA, Unit.SHARE)),
        Optional.empty(),
        directory -> atAlarm(all),
        peers);
  }

  private static Measure compared(String name, Optional<Double> least) {
    Measure measure = Measure.rate(name, Unit.SHARE);
    for (String peer : PEERS.keySet()) {
      measure =
          measure
              .against(new Comparison(peer, least, Optional.of(NOTE)))
              .against(new Comparison(peer + RESTED, least, Optional.of(NOTE)));
    }
    return measure;
  }

  /// It rests by itself.
  private static Readings atAlarm(List<LabelledSeries> all) {
    List<double[]> scores = scores(all, new Ours());
    Found found = Found.at(AnomalyScorer.ALARM, NO_REST, all, scores);
    List<double[]> fused = scores(all, series -> FusedScore.of(series.times(), series.values()));
    double announced = PredictionPolicy.DEFAULT.shadowAt();
    return readings(found, found.f1ByRows(), Found.area(all, scores))
        .with(FUSED, Found.at(announced, OUR_REST, all, fused).f1())
        .with(FUSED_BEST, Found.best(Found::f1, OUR_REST, all, fused).f1())
        .with(FUSED_AREA, Found.area(all, fused));
  }

  private static Readings atBest(
      List<LabelledSeries> all, Detector detector, IntUnaryOperator rest) {
    List<double[]> scores = scores(all, detector);
    return readings(
        Found.best(Found::f1, rest, all, scores),
        Found.best(Found::f1ByRows, rest, all, scores).f1ByRows(),
        Found.area(all, scores));
  }

  private static List<double[]> scores(List<LabelledSeries> all, Detector detector) {
    return all.stream().map(detector::scores).toList();
  }

  private static Readings readings(Found found, double byRows, double area) {
    return Readings.NONE
        .with(F1, found.f1())
        .with(PRECISION, found.precision())
        .with(RECALL, found.recall())
        .with(AREA, area)
        .with(ROWS, byRows);
  }
}
