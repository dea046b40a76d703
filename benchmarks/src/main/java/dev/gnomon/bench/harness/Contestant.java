package dev.gnomon.bench.harness;

import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;

/// Does the job that is measured, and checks that it was done: who does half of it is fast.
@FunctionalInterface
public interface Contestant {
  /// Does the job once, from the beginning; only the job itself is timed.
  ///
  /// @param directory empty, of this round only, removed afterwards
  /// @throws RoundFailedException if the job was not done
  Readings round(Path directory) throws RoundFailedException, IOException, InterruptedException;
}
