package dev.gnomon.bench.store;

import dev.gnomon.bench.peers.Rustic;
import dev.gnomon.bench.work.ProgramRun;
import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// rustic: it restores in place, by time and size or by content.
final class RusticStore implements Contender {
  private final Rustic rustic;
  private final Place place;

  RusticStore(Rustic rustic, Place place) {
    this.rustic = rustic;
    this.place = place;
  }

  @Override
  public Repository begin(Path directory)
      throws RoundFailedException, IOException, InterruptedException {
    Place.Opened opened = place.open(directory);
    Rustic.Repository repository = rustic.repository(directory, opened.rustic());
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
      public Optional<ProgramRun> rollback(Path tree, boolean trustStat)
          throws RoundFailedException, InterruptedException {
        return Optional.of(
            trustStat
                ? repository.restore(directory, tree, "--delete")
                : repository.restore(directory, tree, "--delete", "--verify-existing"));
      }

      @Override
      public ProgramRun restore(Path to) throws RoundFailedException, InterruptedException {
        return repository.restore(directory, to);
      }
    };
  }
}
