package dev.gnomon.bench.decide;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Comparison;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Two hundred resources, one switch each, one after the other: from the moment in which the event
/// is sent that decides until a reader outside of Gnomon, who opens a file through the resource's
/// link again and again, gets the bytes of the shadow. The event is `telemetry-observed` with the
/// sample that decides; for two hundred others `failure-predicted`, as from another predictor.
///
/// Others detect before they switch, and what they detect by is a time-out: their defaults are
/// named beside the figures, nothing of them is measured.
public final class DecideBench implements Bench {
  static final String SAMPLE = "sample-to-switch";
  static final String EVENT = "event-to-switch";
  static final String MEDIAN = "-median";
  static final String P99 = "-p99";
  static final String WORST = "-worst";

  private static final int RESOURCES = 200;

  /// Switches before those that count: what a stack that has run for a while has behind it.
  private static final int WARM_UP = 20;

  private static final double MEDIAN_SECONDS = 0.100;
  private static final double P99_SECONDS = 0.250;

  /// Detection by default, from the documentation of each (docs/BENCHMARKS.md names the settings).
  private static final List<Peer> DEFAULTS =
      List.of(
          new Peer.Absent(
              "sentinel",
              "not run: down-after-milliseconds is 30 s by default before it fails over"),
          new Peer.Absent(
              "patroni",
              "not run: the leader's key lives 30 s by default (ttl), looked at every 10 s"),
          new Peer.Absent(
              "flagger",
              "not run: analysis.interval is 60 s by default, times the threshold of failed checks"));

  /// What one switch costs, with all that follows from it: the same on a busy machine.
  private static final List<String> COUNTS =
      List.of(
          StackCounts.STORE_REQUESTS,
          StackCounts.FILE_SYNCS,
          StackCounts.REDIS_COMMANDS,
          StackCounts.EVENTS);

  private final int resources;
  private final int warmUp;

  public DecideBench() {
    this(RESOURCES, WARM_UP);
  }

  DecideBench(int resources, int warmUp) {
    this.resources = resources;
    this.warmUp = warmUp;
  }

  @Override
  public String name() {
    return "decide";
  }

  @Override
  public String summary() {
    return "from the sample or prediction that decides to the shadow's bytes at an outside reader, 200 switches of each, one after the other";
  }

  @Override
  public List<String> peers() {
    return DEFAULTS.stream().map(Peer::name).toList();
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public Contest prepare(Setting setting)
      throws RoundFailedException, IOException, InterruptedException {
    Gnomon gnomon = setting.gnomon();
    gnomon.warmUp(setting.workplace().fresh("prepare"));
    return new Contest(
        Stream.of(SAMPLE, EVENT).flatMap(DecideBench::measures).toList(),
        Optional.empty(),
        directory -> round(gnomon, directory),
        DEFAULTS);
  }

  private static Stream<Measure> measures(String way) {
    return Stream.concat(
        Stream.of(
            named(Measure.of(way + MEDIAN, Unit.SECONDS).target(MEDIAN_SECONDS)),
            Measure.of(way + P99, Unit.SECONDS).target(P99_SECONDS),
            Measure.of(way + WORST, Unit.SECONDS)),
        COUNTS.stream().map(count -> Measure.of(way + "-" + count, Unit.COUNT)));
  }

  private static Measure named(Measure measure) {
    Measure named = measure;
    for (Peer peer : DEFAULTS) {
      named =
          named.against(
              new Comparison(
                  peer.name(), Optional.empty(), Optional.of(((Peer.Absent) peer).reason())));
    }
    return named;
  }

  private Readings round(Gnomon gnomon, Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    int each = warmUp + resources;
    try (SwitchSite site = SwitchSite.start(gnomon, directory, 2 * each)) {
      site.calm(each);
      site.shadowAll();
      Map<String, Double> idle = site.idle();
      Readings readings = read(site, idle, Readings.NONE, EVENT, 0, site::switchedByPrediction);
      return read(site, idle, readings, SAMPLE, each, site::switchedBySamples);
    }
  }

  private interface Switched {
    double seconds(int number) throws RoundFailedException, IOException;
  }

  private Readings read(
      SwitchSite site,
      Map<String, Double> idle,
      Readings before,
      String way,
      int first,
      Switched switched)
      throws RoundFailedException, IOException, InterruptedException {
    for (int number = first; number < first + warmUp; number++) {
      double unused = switched.seconds(number);
    }
    StackCounts begun = site.counts();
    double[] seconds = new double[resources];
    for (int i = 0; i < resources; i++) {
      seconds[i] = switched.seconds(first + warmUp + i);
    }
    Map<String, Double> counts = site.counts().each(begun, resources, idle);
    Arrays.sort(seconds);
    Readings readings =
        before
            .with(way + MEDIAN, quantile(seconds, 0.5))
            .with(way + P99, quantile(seconds, 0.99))
            .with(way + WORST, seconds[seconds.length - 1]);
    for (String count : COUNTS) {
      readings = readings.with(way + "-" + count, counts.getOrDefault(count, 0.0));
    }
    return readings;
  }

  /// The smallest value that a share of all does not exceed (nearest rank).
  static double quantile(double[] sorted, double share) {
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
