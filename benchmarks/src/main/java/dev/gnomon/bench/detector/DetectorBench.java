package dev.gnomon.bench.detector;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.work.Program;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Time of one sample in steady state, and peak memory of a process (all of it, not just its heap)
/// that scores 100,000 series in turn.
public final class DetectorBench implements Bench {
  static final String SAMPLE = "sample";
  static final String MEMORY = "memory-of-100,000-series";

  private static final int SERIES = 100_000;
  private static final double MOST_MICROSECONDS = 20;
  private static final double MOST_MEBIBYTES = 1024;

  /// Leaves the rest of a GiB to what a JVM needs beside its heap.
  private static final String HEAP = "-Xmx800m";

  private final int series;

  public DetectorBench() {
    this(SERIES);
  }

  DetectorBench(int series) {
    this.series = series;
  }

  @Override
  public String name() {
    return "detector";
  }

  @Override
  public String summary() {
    return "time of an anomaly score and memory of 100,000 series";
  }

  @Override
  public List<String> peers() {
    return List.of();
  }

  @Override
  public Contest prepare(Setting setting) {
    return new Contest(
        List.of(
            Measure.of(SAMPLE, Unit.MICROSECONDS).target(MOST_MICROSECONDS),
            Measure.of(MEMORY, Unit.MEBIBYTES).target(MOST_MEBIBYTES)),
        Optional.empty(),
        directory -> round(setting, directory),
        List.of());
  }

  private Readings round(Setting setting, Path directory)
      throws RoundFailedException, InterruptedException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProgramRun run =
        setting
            .workplace()
            .run(
                new Program(
                    List.of(
                        java,
                        HEAP,
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        DetectorLoad.class.getName(),
                        Integer.toString(series)),
                    directory,
                    Map.of()))
            .succeeded();
    return Readings.NONE
        .with(SAMPLE, Double.parseDouble(run.output().strip()))
        .with(MEMORY, run.peakMebibytes());
  }
}
