package dev.gnomon.filesystem.watch;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The directories of a tree that are watched, and where each stands now: a watch is of an inode
/// and stays with it when it is moved. For one thread.
final class WatchedTree {
  private final Inotify inotify;
  private final Path top;
  private final Map<Integer, Node> nodes = new HashMap<>();
  private Node root = new Node(null, "");
  private long device;
  private long inode;

  WatchedTree(Inotify inotify, Path top) {
    this.inotify = inotify;
    this.top = top;
  }

  /// A directory that is watched.
  static final class Node {
    private @Nullable Node parent;
    private String name;
    private int watch = -1;
    private final Map<String, Node> children = new HashMap<>(0);

    private Node(@Nullable Node parent, String name) {
      this.parent = parent;
      this.name = name;
    }

    String path() {
      List<String> names = new ArrayList<>();
      for (Node node = this; node.parent != null; node = node.parent) {
        names.add(node.name);
      }
      return String.join("/", names.reversed());
    }
  }

  /// Where an event happened.
  ///
  /// @return empty if the directory is none of the tree (any more)
  Optional<Node> node(int watch) {
    return Optional.ofNullable(nodes.get(watch));
  }

  boolean isRoot(Node node) {
    return node == root;
  }

  int size() {
    return nodes.size();
  }

  /// Watches every directory, anew after events were lost.
  ///
  /// @throws IOException if one of them can't be watched
  void watchAll() throws IOException {
    Set<Integer> before = new HashSet<>(nodes.keySet());
    nodes.clear();
    root = new Node(null, "");
    int directory = Descriptors.openDirectory(top);
    try {
      Stat stat = Stat.of(directory, RawName.ofAbsolute(top));
      device = stat.device();
      inode = stat.inode();
      watch(root, directory, "");
    } finally {
      Descriptors.close(directory);
    }
    before.removeAll(nodes.keySet());
    before.forEach(inotify::unwatch);
  }

  /// Watches a directory that came into the tree or to another place of it, with all that is below
  /// it. What is made in it before that is for the caller to look for.
  void added(Node parent, String name) throws IOException {
    try {
      int directory = open(parent);
      try {
        child(parent, name, directory, RawName.join(parent.path(), name));
      } finally {
        Descriptors.close(directory);
      }
    } catch (CallFailed e) {
      if (!e.isGone()) { // it went away again; that is told by another event
        throw e;
      }
    }
  }

  private void child(Node parent, String name, int directory, String path) throws IOException {
    int below;
    try {
      below = Descriptors.openDirectory(directory, name, path);
    } catch (CallFailed e) {
      if (e.isGone()) { // or is no directory
        return;
      }
      throw e;
    }
    try {
      if (Stat.of(below, path).device() != device) {
        return; // another file system is no part of the tree
      }
      watch(nodeOf(parent, name, below, path), below, path);
    } finally {
      Descriptors.close(below);
    }
  }

  /// Events are behind the tree: another directory may have been watched under this name.
  private Node nodeOf(Node parent, String name, int directory, String path) throws IOException {
    Node old = parent.children.get(name);
    if (old != null) {
      if (old.watch == inotify.watch(directory, path) && nodes.get(old.watch) == old) {
        return old;
      }
      forget(old);
    }
    Node node = new Node(parent, name);
    parent.children.put(name, node);
    return node;
  }

  /// First the watch, then the names: nothing that comes in between is missed.
  private void watch(Node node, int directory, String path) throws IOException {
    node.watch = inotify.watch(directory, path);
    Node before = nodes.put(node.watch, node);
    if (before != null && before != node && before.parent != null) {
      before.parent.children.remove(before.name, before); // it was moved here
    }
    List<String> names;
    try {
      names = Entries.directories(directory, path);
    } catch (CallFailed e) {
      if (e.isGone()) {
        return;
      }
      throw e;
    }
    for (String name : names) {
      child(node, name, directory, RawName.join(path, name));
    }
  }

  private int open(Node node) throws IOException {
    if (node.parent == null) {
      int directory = Descriptors.openDirectory(top);
      boolean same = false;
      try {
        Stat stat = Stat.of(directory, RawName.ofAbsolute(top));
        same = stat.device() == device && stat.inode() == inode;
      } finally {
        if (!same) {
          Descriptors.close(directory);
        }
      }
      if (!same) {
        throw new IOException("another directory stands at " + top);
      }
      return directory;
    }
    int parent = open(node.parent);
    try {
      return Descriptors.openDirectory(parent, node.name, node.path());
    } finally {
      Descriptors.close(parent);
    }
  }

  /// Takes a directory out of its place; its watches stay.
  ///
  /// @return empty if none is watched there
  Optional<Node> detached(Node parent, String name) {
    Node node = parent.children.remove(name);
    if (node != null) {
      node.parent = null;
    }
    return Optional.ofNullable(node);
  }

  void attached(Node node, Node parent, String name) {
    node.parent = parent;
    node.name = name;
    Node old = parent.children.put(name, node);
    if (old != null && old != node) {
      forget(old);
    }
  }

  /// Ends the watches of a directory that left the tree, and of all below it.
  void forget(Node node) {
    if (nodes.remove(node.watch, node)) {
      inotify.unwatch(node.watch);
    }
    node.children.values().forEach(this::forget);
    node.children.clear();
  }

  /// The kernel has ended a watch.
  void ended(int watch) {
    Node node = nodes.remove(watch);
    if (node != null && node.parent != null) {
      node.parent.children.remove(node.name, node);
    }
  }
}
