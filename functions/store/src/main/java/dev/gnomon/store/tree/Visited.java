package dev.gnomon.store.tree;

import dev.gnomon.store.blobs.Hash;
import java.util.HashSet;
import java.util.Set;

/// Remembers which trees a walk has entered. For one thread.
public interface Visited {

  /// @param tree names content and what it was taken for, by SHA-256
  /// @return false if the tree was entered before
  boolean add(Hash tree);

  /// In memory: about 90 bytes a tree.
  static Visited inMemory() {
    Set<Hash> met = new HashSet<>();
    return met::add;
  }
}
