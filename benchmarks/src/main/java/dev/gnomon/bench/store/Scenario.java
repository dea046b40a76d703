package dev.gnomon.bench.store;

import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeDigest;
import dev.gnomon.bench.work.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One program's way through all measures, each result looked at by digest. Seeds count the rounds
/// of a contender, so everybody meets the same damage in the same round.
final class Scenario implements Contestant {
  private static final int SEEDS_EACH = 10;

  private final String name;
  private final Contender contender;
  private final Ground ground;
  private final String suffix;
  private int round;

  /// @param suffix of the names of the measures: empty, or the kind of store
  Scenario(String name, Contender contender, Ground ground, String suffix) {
    this.name = name;
    this.contender = contender;
    this.ground = ground;
    this.suffix = suffix;
  }

  @Override
  public Readings round(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    ground.ready();
    Readings readings = new Way(directory, contender.begin(directory), round * SEEDS_EACH).go();
    round++;
    return readings;
  }

  /// One round.
  private final class Way {
    private final Path directory;
    private final Contender.Repository repository;
    private final long seed;
    private Readings readings = Readings.NONE;
    private double peak;

    Way(Path directory, Contender.Repository repository, long seed) {
      this.directory = directory;
      this.repository = repository;
      this.seed = seed;
    }

    Readings go() throws RoundFailedException, IOException, InterruptedException {
      Path tree = ground.tree();
      read(StoreMeasures.FIRST, repository.backup(tree));
      read(StoreMeasures.STORED, repository.storedBytes());
      double cold = read(StoreMeasures.UNCHANGED_COLD, repository.backup(tree));
      read(StoreMeasures.UNCHANGED, repository.unchangedInService(tree).orElse(cold));
      boolean inPlace = rollback(StoreMeasures.ROLLBACK_CONTENT, false, seed + 1);
      rollback(StoreMeasures.ROLLBACK_TRUST_STAT, true, seed + 2);
      repository.backup(tree); // what was brought back has new inodes
      changed(tree, inPlace);
      read(StoreMeasures.PEAK_MEMORY, peak);
      return readings;
    }

    private boolean rollback(String measure, boolean trustStat, long seed)
        throws RoundFailedException, IOException, InterruptedException {
      List<String> touched = new ArrayList<>();
      try {
        touched.addAll(ground.damage().damage(seed, !trustStat));
        Optional<ProgramRun> run = repository.rollback(ground.tree(), trustStat);
        if (run.isEmpty()) {
          return false;
        }
        Ground.requireEqual(name + "'s " + measure, ground.digest(), ground.tree());
        touched.clear();
        read(measure, run.get());
        return true;
      } finally {
        ground.mend(touched);
      }
    }

    private void changed(Path tree, boolean inPlace)
        throws RoundFailedException, IOException, InterruptedException {
      List<String> edited = new ArrayList<>();
      try {
        edited.addAll(ground.damage().edit(seed + 3));
        TreeDigest expected = ground.digest().changed(tree, edited);
        long before = repository.storedBytes();
        read(StoreMeasures.ONE_PERCENT, repository.backup(tree));
        read(StoreMeasures.ONE_PERCENT_BYTES, repository.storedBytes() - before);
        Path restored = directory.resolve("restored");
        double full = read(StoreMeasures.FULL_RESTORE, repository.restore(restored));
        Ground.requireEqual(name + "'s " + StoreMeasures.FULL_RESTORE, expected, restored);
        if (!inPlace) { // it can only restore all
          read(StoreMeasures.ROLLBACK_CONTENT, full);
          read(StoreMeasures.ROLLBACK_TRUST_STAT, full);
        }
        Trees.discard(restored);
      } finally {
        ground.mend(edited);
      }
    }

    private double read(String measure, ProgramRun run) {
      peak = Math.max(peak, run.peakMebibytes().orElse(0));
      read(measure, run.seconds());
      return run.seconds();
    }

    private void read(String measure, double value) {
      readings = readings.with(measure + suffix, value);
    }
  }
}
