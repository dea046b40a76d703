package dev.gnomon.store.capture;

import dev.gnomon.store.files.FileStat;
import java.util.Arrays;

/// Fingerprints of the directories of a tree in the order of a walk: 64 bits a directory over names
/// and stats of all its entries. Two walks with equal prints saw nothing change between them.
final class Print {
  private long[] directories = new long[64];
  private int count;

  /// Fingerprint of one directory, in the making.
  static final class OfDirectory {
    private long state;

    OfDirectory(FileStat directory) {
      add("", directory);
    }

    void add(String name, FileStat stat) {
      mix(name.hashCode());
      mix(name.length());
      mix(stat.kind().ordinal());
      mix(stat.inode());
      mix(stat.ctimeNanos());
      mix(stat.mtimeNanos());
      mix(stat.size());
      mix(stat.mode());
    }

    /// An entry that is left alone: only that it is there counts.
    void addLeftAlone(String name) {
      mix(name.hashCode());
    }

    private void mix(long value) {
      long z = (state ^ value) * 0x9e3779b97f4a7c15L;
      z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      state = z ^ (z >>> 31);
    }
  }

  void add(OfDirectory directory) {
    if (count == directories.length) {
      directories = Arrays.copyOf(directories, 2 * count);
    }
    directories[count++] = directory.state;
  }

  /// Whether the directory with this number, counted as they were added, was seen like this.
  boolean holds(int number, OfDirectory directory) {
    return number < count && directories[number] == directory.state;
  }

  int count() {
    return count;
  }
}
