package dev.gnomon.bench.journal;

import dev.gnomon.bench.harness.Contestant;
import dev.gnomon.bench.harness.Readings;
import dev.gnomon.bench.work.Gnomon;
import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.journal.Replay;
import java.io.IOException;
import java.nio.file.Path;

/// The rows `transactional-rollback`: how long it takes to undo the last writes of a journal in the
/// directory that they were made in; by `gnomon journal undo` as a whole process, and by a process
/// that has been running and has undone before. What an undo does: find the keys and what they
/// were, write the files, read them back, flush the file system and append the undo to the journal.
/// Each time the directory is compared with what it was.
public final class UndoRounds implements Contestant {
  public static final String COLD = "transactional-rollback";
  public static final String IN_SERVICE = "transactional-rollback-service";

  private static final int FILES = 20_000;
  private static final int WRITES = 10_000;

  private static final double NANOS = 1e9;

  private final Gnomon gnomon;
  private final int files;
  private final int writes;

  public UndoRounds(Gnomon gnomon) {
    this(gnomon, FILES, WRITES);
  }

  /// @param files in the directory
  /// @param writes how many are undone
  UndoRounds(Gnomon gnomon, int files, int writes) {
    this.gnomon = gnomon;
    this.files = files;
    this.writes = writes;
  }

  @Override
  public Readings round(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    JournaledDirectory site = JournaledDirectory.begin(directory, files);
    inService(site);
    double inService = inService(site);
    return Readings.NONE.with(IN_SERVICE, inService).with(COLD, cold(site, directory));
  }

  private double inService(JournaledDirectory site) throws RoundFailedException, IOException {
    long before = site.write(writes);
    long start = System.nanoTime();
    Replay.UndoPlan plan = site.undo(writes);
    double seconds = (System.nanoTime() - start) / NANOS;
    if (plan.to() != before || plan.writes() != writes) {
      throw new RoundFailedException("the last %d writes are not %s".formatted(writes, plan));
    }
    site.requireAt(before);
    return seconds;
  }

  private double cold(JournaledDirectory site, Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    long before = site.write(writes);
    double seconds =
        gnomon
            .run(
                directory,
                "journal",
                "undo",
                JournaledDirectory.SITE.value(),
                "--last",
                Integer.toString(writes),
                "--in",
                site.directory().toString(),
                "--store",
                site.storeUrl())
            .seconds();
    site.requireAt(before);
    return seconds;
  }
}
