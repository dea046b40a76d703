package dev.gnomon.bench.store;

import dev.gnomon.bench.peers.Restic;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// restic: it restores all, or nothing.
final class ResticStore implements Contender {
  private final Restic restic;
  private final Place place;

  ResticStore(Restic restic, Place place) {
    this.restic = restic;
    this.place = place;
  }

  @Override
  public Repository begin(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    Place.Opened opened = place.open(directory);
    Restic.Repository repository =
        restic.repository(directory, opened.resticUrl(), opened.credentials());
    return new Repository() {
      @Override
      public ProgramRun backup(Path tree) throws RoundFailedException, InterruptedException {
        return repository.backup(tree);
      }

      @Override
      public long storedBytes() throws IOException {
        return opened.storedBytes();
      }

      @Override
      public Optional<ProgramRun> rollback(Path tree, boolean trustStat) {
        return Optional.empty();
      }

      @Override
      public ProgramRun restore(Path to)
          throws RoundFailedException, IOException, InterruptedException {
        return repository.restore(to);
      }
    };
  }
}
