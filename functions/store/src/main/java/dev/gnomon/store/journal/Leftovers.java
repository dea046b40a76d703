package dev.gnomon.store.journal;

import dev.gnomon.linux.Entries;
import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Temporary files of one run below a target that could not be removed. Thread-safe.
final class Leftovers {
  /// More are for the next run to remove.
  private static final int MAX = 1000;

  private final TargetDirectories directories;
  private final Set<Left> all = ConcurrentHashMap.newKeySet();
  private volatile boolean more;

  Leftovers(TargetDirectories directories) {
    this.directories = directories;
  }

  /// @param directory path of it below the target
  private record Left(String directory, String name) {}

  void add(String directory, String name) {
    if (all.size() < MAX) {
      all.add(new Left(directory, name));
    } else {
      more = true;
    }
  }

  /// Tries again to remove them.
  ///
  /// @return whether none is left
  boolean removed() {
    for (Left one : all) {
      try {
        String path = directories.shown(RawName.join(one.directory(), one.name()));
        boolean ignored =
            directories
                .inExisting(
                    one.directory(), in -> Entries.remove(in.descriptor(), one.name(), path))
                .orElse(false);
        all.remove(one);
      } catch (IOException e) {
        return false;
      }
    }
    return !more;
  }
}
