package dev.gnomon.bench.growth;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Drawn;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Report;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeDigest;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Time and memory of cold processes as the number of small files grows.
public final class GrowthBench implements Bench, Drawn {
  /// Peak memory, the largest of all steps, at [#MANY] files over that at [#FEW].
  static final String MEMORY_GROWTH = "memory-growth";

  private static final List<Integer> SIZES =
      List.of(1_000, 10_000, 20_000, 100_000, 200_000, 1_000_000);
  private static final int FEW = 20_000;
  private static final int MANY = 200_000;
  private static final double MOST_GROWTH = 1.5;

  private final List<Integer> sizes;

  public GrowthBench() {
    this(SIZES);
  }

  /// @param sizes ascending
  GrowthBench(List<Integer> sizes) {
    this.sizes = List.copyOf(sizes);
  }

  @Override
  public String name() {
    return "growth";
  }

  @Override
  public String summary() {
    return "shadows and restores of 1,000 to 1,000,000 small files; --out FILE draws FILE.svg, too";
  }

  @Override
  public List<String> peers() {
    return List.of();
  }

  @Override
  public int rounds() {
    return 1;
  }

  @Override
  public List<String> parts() {
    return measures().stream().map(Measure::name).toList();
  }

  private List<Measure> measures() {
    List<Measure> measures = new ArrayList<>();
    for (int size : sizes) {
      for (Step step : Step.values()) {
        measures.add(Measure.of(step.time(size), Unit.SECONDS));
        measures.add(Measure.of(step.memory(size), Unit.MEBIBYTES));
      }
    }
    if (sizes.contains(FEW) && sizes.contains(MANY)) {
      measures.add(Measure.of(MEMORY_GROWTH, Unit.RATIO).target(MOST_GROWTH));
    }
    return measures;
  }

  @Override
  public Contest prepare(Setting setting)
      throws RoundFailedException, IOException, InterruptedException {
    setting.gnomon().warmUp(setting.workplace().fresh("prepare"));
    List<Integer> wanted = sizes.stream().filter(size -> wanted(setting, size)).toList();
    List<Measure> measures =
        measures().stream().filter(measure -> setting.wants(measure.name())).toList();
    return new Contest(
        measures,
        Optional.empty(),
        directory -> round(setting.gnomon(), wanted, directory),
        List.of());
  }

  private static boolean wanted(Setting setting, int size) {
    for (Step step : Step.values()) {
      if (setting.wants(step.time(size)) || setting.wants(step.memory(size))) {
        return true;
      }
    }
    return setting.wants(MEMORY_GROWTH) && (size == FEW || size == MANY);
  }

  private static Readings round(Gnomon gnomon, List<Integer> sizes, Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    Readings readings = Readings.NONE;
    Map<Integer, Double> peaks = new HashMap<>();
    for (int size : sizes) {
      Path own = Files.createDirectory(directory.resolve("files-" + size));
      Map<Step, ProgramRun> runs = runs(gnomon, own, size);
      Trees.delete(own);
      double peak = 0;
      for (Map.Entry<Step, ProgramRun> run : runs.entrySet()) {
        double memory = run.getValue().peakMebibytes().orElse(0);
        peak = Math.max(peak, memory);
        readings =
            readings
                .with(run.getKey().time(size), run.getValue().seconds())
                .with(run.getKey().memory(size), memory);
      }
      peaks.put(size, peak);
    }
    Double few = peaks.get(FEW);
    Double many = peaks.get(MANY);
    return few == null || many == null || few == 0
        ? readings
        : readings.with(MEMORY_GROWTH, many / few);
  }

  private static Map<Step, ProgramRun> runs(Gnomon gnomon, Path directory, int size)
      throws RoundFailedException, IOException, InterruptedException {
    Path tree = Files.createDirectory(directory.resolve("tree"));
    SmallFiles.make(tree, size);
    String store = "file:" + directory.resolve("store");
    String[] shadow = {
      "shadow", "--store", store, "--path", tree.toString(), "--resource", "growth"
    };
    Path restored = directory.resolve("restored");
    Map<Step, ProgramRun> runs = new EnumMap<>(Step.class);
    runs.put(Step.FIRST, gnomon.run(directory, shadow));
    runs.put(Step.UNCHANGED, gnomon.run(directory, shadow));
    runs.put(
        Step.RESTORE,
        gnomon.run(
            directory,
            "restore",
            "--store",
            store,
            "--point",
            "growth@2",
            "--to",
            restored.toString()));
    requireEqual(tree, restored);
    return runs;
  }

  private static void requireEqual(Path tree, Path restored)
      throws RoundFailedException, IOException {
    Optional<String> difference = TreeDigest.difference(tree, restored);
    if (difference.isPresent()) {
      throw new RoundFailedException("the restored tree is another: " + difference.get());
    }
  }

  @Override
  public String svg(Report report) {
    Map<String, Double> medians = new HashMap<>();
    report
        .measures()
        .forEach(line ->
            line.ours().ifPresent(spread -> medians.put(line.measure().name(), spread.median())));
    return GrowthSvg.draw(sizes, medians);
  }
}
