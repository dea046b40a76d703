package dev.gnomon.bench.telemetry;

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
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Precision, recall and F1 of our alarms over labelled telemetry, at the one threshold that all
/// series have, beside simple detectors, each at the threshold that is best for it.
public final class TelemetryBench implements Bench {
  static final String F1 = "f1";
  static final String PRECISION = "precision";
  static final String RECALL = "recall";
  static final String AREA = "average-precision";

  private static final String NOTE =
      "a peer has the threshold with its best F1, chosen on the labels; gnomon has its own, chosen"
          + " without them";
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
    List<Peer> peers =
        PEERS.entrySet().stream()
            .<Peer>map(peer ->
                new Peer.Present(peer.getKey(), "", directory -> atBest(all, peer.getValue())))
            .toList();
    return new Contest(
        List.of(
            compared(F1, Optional.of(1.0)),
            compared(PRECISION, Optional.empty()),
            compared(RECALL, Optional.empty()),
            compared(AREA, Optional.empty())),
        Optional.empty(),
        directory -> atAlarm(all),
        peers);
  }

  private static Measure compared(String name, Optional<Double> least) {
    Measure measure = Measure.rate(name, Unit.SHARE);
    for (String peer : PEERS.keySet()) {
      measure = measure.against(new Comparison(peer, least, Optional.of(NOTE)));
    }
    return measure;
  }

  private static Readings atAlarm(List<LabelledSeries> all) {
    List<double[]> scores = scores(all, new Ours());
    return readings(Found.at(AnomalyScorer.ALARM, all, scores), Found.area(all, scores));
  }

  private static Readings atBest(List<LabelledSeries> all, Detector detector) {
    List<double[]> scores = scores(all, detector);
    return readings(Found.best(all, scores), Found.area(all, scores));
  }

  private static List<double[]> scores(List<LabelledSeries> all, Detector detector) {
    return all.stream().map(detector::scores).toList();
  }

  private static Readings readings(Found found, double area) {
    return Readings.NONE
        .with(F1, found.f1())
        .with(PRECISION, found.precision())
        .with(RECALL, found.recall())
        .with(AREA, area);
  }
}
