package dev.gnomon.filesystem.mirror;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/// Finds places in the two trees by their path, name by name, never through a symbolic link; counts
/// and removes what stands in the replica.
final class Places {
  private final Pair top;
  private final long targetDevice;
  private final Consumer<String> touched;
  private final BiConsumer<Stat, String> removed;

  /// @param touched told of directories of the replica whose mode was changed to get in
  /// @param removed told of files of the replica before a name of theirs goes
  Places(Pair top, long targetDevice, Consumer<String> touched, BiConsumer<Stat, String> removed) {
    this.removed = removed;
    this.top = top;
    this.targetDevice = targetDevice;
    this.touched = touched;
  }

  /// Opens a directory of both sides.
  ///
  /// @return empty if one of them lacks it
  Optional<Pair> open(String path) throws IOException {
    Pair at = top.shared();
    if (path.isEmpty()) {
      return Optional.of(at);
    }
    StringBuilder so = new StringBuilder();
    for (String name : path.split("/", -1)) {
      so.append(so.isEmpty() ? "" : "/").append(name);
      try (Pair here = at) {
        at = below(here, name, so.toString());
      } catch (CallFailed e) {
        if (e.isGone()) {
          return Optional.empty();
        }
        throw e;
      }
    }
    return Optional.of(at);
  }

  Pair below(Pair at, String name, String path) throws IOException {
    int from = Descriptors.openDirectory(at.source, name, path);
    try {
      return new Pair(from, openTarget(at.target, name, path));
    } catch (IOException e) {
      Descriptors.close(from);
      throw e;
    }
  }

  /// A user that is not root needs to be let into its own directories.
  private int openTarget(int at, String name, String path) throws IOException {
    try {
      return Descriptors.openDirectory(at, name, path);
    } catch (CallFailed e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
      Inodes.permissions(at, name, 0700, path);
      touched.accept(path);
      return Descriptors.openDirectory(at, name, path);
    }
  }

  /// What is done with an entry of the replica.
  private interface Work {
    long at(int directory, String name) throws IOException;
  }

  /// Regular files at and below a path of the replica.
  long count(String path) throws IOException {
    return inTarget(path, (directory, name) -> count(directory, name, path));
  }

  /// Removes an entry of the replica with all that is below it, as far as points would hold it.
  ///
  /// @return regular files that were removed
  long delete(String path) throws IOException {
    return inTarget(path, (directory, name) -> delete(directory, name, path));
  }

  private long inTarget(String path, Work work) throws IOException {
    int at = Descriptors.openDirectory(top.target, ".", "");
    try {
      String[] names = path.split("/", -1);
      StringBuilder so = new StringBuilder();
      for (int i = 0; i < names.length - 1; i++) {
        so.append(i == 0 ? "" : "/").append(names[i]);
        int next = openTarget(at, names[i], so.toString());
        Descriptors.close(at);
        at = next;
      }
      return work.at(at, names[names.length - 1]);
    } catch (CallFailed e) {
      if (e.isGone()) {
        return 0;
      }
      throw e;
    } finally {
      Descriptors.close(at);
    }
  }

  private long count(int at, String name, String path) throws IOException {
    Optional<Stat> stat = Stat.of(at, name, path);
    if (stat.isEmpty() || !stat.get().isDirectory() || stat.get().device() != targetDevice) {
      return stat.filter(Stat::isFile).isPresent() ? 1 : 0;
    }
    int directory = openTarget(at, name, path);
    try {
      long files = 0;
      for (String child : Entries.names(directory, path)) {
        files += count(directory, child, RawName.join(path, child));
      }
      return files;
    } finally {
      Descriptors.close(directory);
    }
  }

  private long delete(int at, String name, String path) throws IOException {
    Optional<Stat> stat = Stat.of(at, name, path);
    if (stat.isEmpty()) {
      return 0;
    }
    if (stat.get().isFile() || stat.get().isSymlink()) {
      removed.accept(stat.get(), path);
      boolean gone = Entries.remove(at, name, path);
      return gone && stat.get().isFile() ? 1 : 0;
    }
    if (!stat.get().isDirectory()) {
      return 0; // no point holds it
    }
    if (stat.get().device() != targetDevice) {
      throw new IOException("another file system is mounted in the replica");
    }
    long files = 0;
    int directory = openTarget(at, name, path);
    try {
      for (String child : Entries.names(directory, path)) {
        if (!child.equals(DirectoryMirror.ASIDE)) {
          files += delete(directory, child, RawName.join(path, child));
        }
      }
    } finally {
      Descriptors.close(directory);
    }
    try {
      boolean ignored = Entries.removeDirectory(at, name, path);
    } catch (CallFailed e) {
      if (e.errno() != Errno.ENOTEMPTY) { // it holds what no point holds
        throw e;
      }
    }
    return files;
  }
}
