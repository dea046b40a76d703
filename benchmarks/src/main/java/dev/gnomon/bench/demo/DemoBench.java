package dev.gnomon.bench.demo;

import dev.gnomon.bench.harness.Bench;
import dev.gnomon.bench.harness.Contest;
import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Measure;
import dev.gnomon.bench.harness.Peer;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.harness.Setting;
import dev.gnomon.bench.harness.Unit;
import dev.gnomon.bench.peers.Restic;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeSize;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The main job, end to end: what `gnomon demo` takes, step by step and as a whole process. restic
/// shows what a backup and a restore of the same files cost without a stack.
public final class DemoBench implements Bench {
  static final String SHADOW = "shadow";
  static final String SWITCH = "event-to-switch";
  static final String FROZEN = "event-to-frozen";
  static final String RESTORE = "restore";
  static final String PROCESS = "whole-process";

  /// Of the stack, which is all that the demo starts.
  static final String MEMORY = "peak-memory";

  /// From the broker's answer until a reader gets the point's bytes, median of the demo's own runs.
  private static final double SWITCH_SECONDS = 0.25;

  /// History and build output are left out of the default input: they differ from day to day.
  private static final Set<String> NOT_SOURCES = Set.of(".git", "target");

  private static final List<Measure> MEASURES =
      List.of(
          Measure.of(SHADOW, Unit.SECONDS)
              .against(
                  Restic.NAME,
                  "shadow: gnomon's is the step in its running stack, with a servable replica;"
                      + " restic's is a whole backup process into an empty repository"),
          Measure.of(SWITCH, Unit.SECONDS).target(SWITCH_SECONDS),
          Measure.of(FROZEN, Unit.SECONDS),
          Measure.of(RESTORE, Unit.SECONDS)
              .against(
                  Restic.NAME,
                  "restore: gnomon's brings the damaged primary back in place and verifies it;"
                      + " restic's is a whole process that restores all into an empty directory"),
          Measure.of(PROCESS, Unit.SECONDS),
          Measure.of(MEMORY, Unit.MEBIBYTES));

  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "the main job end to end: shadow, switch, restore, as 'gnomon demo' runs it";
  }

  @Override
  public List<String> peers() {
    return List.of(Restic.NAME);
  }

  @Override
  public Contest prepare(Setting setting)
      throws RoundFailedException, IOException, InterruptedException {
    Path directory = setting.workplace().fresh("prepare");
    Path tree = setting.path().isPresent() ? setting.path().get() : sources(setting);
    TreeSize size = Trees.size(tree);
    GnomonDemo demo = new GnomonDemo(setting.gnomon(), tree);
    demo.warmUp(directory);
    return new Contest(
        MEASURES, Optional.of(size), demo, List.of(restic(setting, directory, tree, size)));
  }

  /// Everybody gets the same files, also where the user gave none.
  private static Path sources(Setting setting) throws IOException {
    Path copy = setting.workplace().fresh("sources");
    Trees.copy(setting.root(), NOT_SOURCES, copy);
    return copy;
  }

  private static Peer restic(Setting setting, Path directory, Path tree, TreeSize size)
      throws InterruptedException {
    Optional<Restic> found = Restic.find(setting);
    if (found.isEmpty()) {
      return new Peer.Absent(
          Restic.NAME, "it is not on the PATH; --peer restic=PROGRAM names one elsewhere");
    }
    Restic restic = found.get();
    try {
      String version = restic.version(directory);
      return new Peer.Present(Restic.NAME, version, backupAndRestore(restic, tree, size));
    } catch (RoundFailedException e) {
      return new Peer.Broken(Restic.NAME, e.text());
    }
  }

  private static Contestant backupAndRestore(Restic restic, Path tree, TreeSize size) {
    return directory -> {
      Restic.Repository repository = restic.repository(directory);
      double shadow = repository.backup(tree).seconds();
      double restore = repository.restore(directory.resolve("restored"), size).seconds();
      return Readings.NONE.with(SHADOW, shadow).with(RESTORE, restore);
    };
  }
}
