package dev.gnomon.store.capture;

import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.tree.Entry;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Which files of a tree have further names that become links to the first one. For one thread;
/// memory grows with the number of such files.
final class HardLinks {
  private final Map<FileKey, First> firsts = new HashMap<>();

  private record FileKey(long device, long inode) {}

  private record First(String path, long size) {}

  /// @return the link that a name becomes if its file is in the tree already
  Optional<Entry.HardLinkEntry> furtherName(String name, FileStat stat) {
    return stat.links() > 1
        ? Optional.ofNullable(firsts.get(key(stat)))
            .map(first -> new Entry.HardLinkEntry(name, first.path(), first.size()))
        : Optional.empty();
  }

  /// A file is certainly in the tree, by this path. The names of one that lies too deep to be named
  /// become files of their own.
  void named(String path, FileStat stat, long size) {
    if (stat.links() > 1 && path.length() <= Entry.HardLinkEntry.MAX_TARGET_BYTES) {
      firsts.put(key(stat), new First(path, size));
    }
  }

  private static FileKey key(FileStat stat) {
    return new FileKey(stat.device(), stat.inode());
  }
}
