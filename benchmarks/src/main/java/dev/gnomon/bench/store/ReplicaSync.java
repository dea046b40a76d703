package dev.gnomon.bench.store;

import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The measure `full-sync`: a command makes a copy of the tree, a hundredth of the files is edited,
/// and the same command brings the copy up to date.
final class ReplicaSync {
  private static final int SEED = 4;

  private final String name;
  private final Ground ground;
  private final Command command;

  /// Makes one directory equal to another.
  interface Command {
    ProgramRun sync(Path from, Path to)
        throws RoundFailedException, IOException, InterruptedException;
  }

  /// @param name of who is measured
  ReplicaSync(String name, Ground ground, Command command) {
    this.name = name;
    this.ground = ground;
    this.command = command;
  }

  /// @param replica not there yet, or empty; left equal to the edited tree
  /// @param seed of this round, the same for everybody
  /// @return the run that brought it up to date
  ProgramRun run(Path replica, long seed)
      throws RoundFailedException, IOException, InterruptedException {
    Path tree = ground.tree();
    command.sync(tree, replica);
    Ground.requireEqual(name + "'s first copy", ground.digest(), replica);
    List<String> edited = new ArrayList<>();
    try {
      edited.addAll(ground.damage().edit(seed + SEED));
      TreeDigest expected = ground.digest().changed(tree, edited);
      ProgramRun run = command.sync(tree, replica);
      Ground.requireEqual(name + "'s " + StoreMeasures.FULL_SYNC, expected, replica);
      return run;
    } finally {
      ground.mend(edited);
    }
  }
}
