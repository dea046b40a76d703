package dev.gnomon.bench.store;

import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalDouble;

/// A backup program that takes part.
interface Contender {
  /// Makes an empty repository.
  ///
  /// @param directory of this round, where it may keep all that it needs
  Repository begin(Path directory) throws RoundFailedException, IOException, InterruptedException;

  /// What one program keeps of one tree. Every run is a whole process.
  interface Repository {
    ProgramRun backup(Path tree) throws RoundFailedException, IOException, InterruptedException;

    /// Bytes of all that it stored so far.
    long storedBytes() throws RoundFailedException, IOException, InterruptedException;

    /// Makes a damaged tree equal to the last backup, in place.
    ///
    /// @param trustStat takes a file of the right size and time as equal
    /// @return empty if the program can't do that
    Optional<ProgramRun> rollback(Path tree, boolean trustStat)
        throws RoundFailedException, IOException, InterruptedException;

    /// Restores all of the last backup.
    ///
    /// @param to not there yet
    ProgramRun restore(Path to) throws RoundFailedException, IOException, InterruptedException;

    /// Seconds of a backup where nothing changed by a process that was running before.
    ///
    /// @return empty if the program has no such thing
    default OptionalDouble unchangedInService(Path tree)
        throws RoundFailedException, IOException, InterruptedException {
      return OptionalDouble.empty();
    }
  }
}
