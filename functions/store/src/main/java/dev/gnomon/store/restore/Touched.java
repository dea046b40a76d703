package dev.gnomon.store.restore;

import java.util.HashSet;
import java.util.Set;

/// The directories in which a plan found something to do, with those above them. Bounded: of more
/// than it can name it says that all may be touched. For one thread; then read by any.
final class Touched {
  private static final int MAX_DIRECTORIES = 1 << 16;

  /// Nothing is known: everything may be touched.
  static final Touched ALL = new Touched(true);

  private final Set<String> directories = new HashSet<>();
  private boolean all;

  Touched() {
    this(false);
  }

  private Touched(boolean all) {
    this.all = all;
  }

  /// Something is to be done with a directory itself.
  ///
  /// @param path raw, empty for the root
  void directory(String path) {
    String at = path;
    while (!all && directories.add(at) && !at.isEmpty()) {
      at = above(at);
    }
    if (directories.size() > MAX_DIRECTORIES) {
      everything();
    }
  }

  /// Something is to be done with an entry of a directory.
  void entry(String path) {
    directory(above(path));
  }

  /// What is to be done somewhere may have to be done anywhere.
  void everything() {
    all = true;
    directories.clear();
  }

  /// Whether there may be something to do in a directory or below it.
  boolean mayHold(String path) {
    return all || directories.contains(path);
  }

  private static String above(String path) {
    int slash = path.lastIndexOf('/');
    return slash < 0 ? "" : path.substring(0, slash);
  }
}
