package dev.gnomon.bench.store;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.core.objects.ObjectStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/// Where repositories are kept.
interface Place {
  /// An empty place for one repository.
  ///
  /// @param directory of this round
  Opened open(Path directory) throws RoundFailedException, IOException, InterruptedException;

  /// Where one repository is kept.
  interface Opened {
    String gnomonUrl();

    String resticUrl();

    /// Variables of the environment by which rustic finds the repository.
    Map<String, String> rustic();

    /// Variables of the environment that the URLs need.
    Map<String, String> credentials();

    ObjectStore objects() throws IOException;

    long storedBytes() throws IOException;
  }
}
