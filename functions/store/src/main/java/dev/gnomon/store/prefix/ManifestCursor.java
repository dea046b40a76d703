package dev.gnomon.store.prefix;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.prefix.NodeCodec.Child;
import dev.gnomon.store.tree.Contents;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/// Goes through a manifest in the order of keys, reading a node when it gets there. It can stand
/// before a node that was not read yet, so that equal nodes of two manifests are passed over whole.
/// A node has to end with the key that the node above says, and the next one to begin behind it: so
/// nodes that name the same one over and over are refused at its second time. For one thread;
/// memory: one node a level.
final class ManifestCursor {
  private final Contents.Blobs blobs;
  private final Deque<Level> way = new ArrayDeque<>();
  private Optional<Node> node;
  private Iterator<ObjectEntry> leaf = List.<ObjectEntry>of().iterator();
  private Optional<ObjectEntry> front = Optional.empty();

  /// A node that was not read.
  ///
  /// @param above all of its keys are greater; empty at the beginning of the manifest
  /// @param lastKey its greatest key; empty if no node above says it
  record Node(int level, Hash node, Hash content, String above, Optional<String> lastKey) {}

  /// @param level of the children
  /// @param above as of the child that comes next
  private static final class Level {
    private final int level;
    private final Iterator<Child> children;
    private String above;

    Level(int level, Iterator<Child> children, String above) {
      this.level = level;
      this.children = children;
      this.above = above;
    }

    Node next() {
      Child child = children.next();
      Node next =
          new Node(level, child.node(), child.content(), above, Optional.of(child.lastKey()));
      above = child.lastKey();
      return next;
    }
  }

  ManifestCursor(PrefixRoot root, Contents.Blobs blobs) {
    this.blobs = blobs;
    this.node =
        Optional.of(new Node(root.level(), root.node(), root.content(), "", Optional.empty()));
  }

  /// The node that begins here, if it was not entered.
  Optional<Node> node() {
    return front.isPresent() ? Optional.empty() : node;
  }

  /// Reads the node that begins here.
  void enter() {
    Node here = node.orElseThrow();
    node = Optional.empty();
    if (here.level() == 0) {
      List<ObjectEntry> entries = NodeCodec.readLeaf(blobs.apply(here.node()));
      requireWithin(here, entries, ObjectEntry::key);
      leaf = entries.iterator();
    } else {
      way.push(new Level(here.level() - 1, children(here).iterator(), here.above()));
    }
    further();
  }

  private List<Child> children(Node here) {
    List<Child> children = NodeCodec.readInner(blobs.apply(here.node()), here.level());
    requireWithin(here, children, Child::lastKey);
    return children;
  }

  /// @param inOrder what a node holds, their keys ascending
  private static <T> void requireWithin(Node here, List<T> inOrder, Function<T, String> key) {
    if (here.lastKey().isEmpty()) {
      return;
    }
    if (inOrder.isEmpty()
        || !key.apply(inOrder.getLast()).equals(here.lastKey().get())
        || (!here.above().isEmpty()
            && key.apply(inOrder.getFirst()).compareTo(here.above()) <= 0)) {
      throw new BlobFault(
          "a node of a manifest of objects does not hold the keys that the node above says");
    }
  }

  /// Passes over the node that begins here.
  void pass() {
    node = Optional.empty();
    further();
  }

  /// The next object, whatever has to be read for it.
  Optional<ObjectEntry> peek() {
    while (front.isEmpty() && node.isPresent()) {
      enter();
    }
    return front;
  }

  ObjectEntry next() {
    ObjectEntry next = peek().orElseThrow(NoSuchElementException::new);
    front = Optional.empty();
    further();
    return next;
  }

  /// Whether nothing is left. A node that was not read may be empty.
  boolean atEnd() {
    return front.isEmpty() && node.isEmpty();
  }

  /// Goes to the first object whose key is not less than one, reading only what leads there.
  Optional<ObjectEntry> seek(String rawKey) {
    while (true) {
      if (front.isPresent()) {
        if (front.get().key().compareTo(rawKey) >= 0) {
          return front;
        }
        next();
      } else if (node.isPresent()) {
        enterTowards(rawKey);
      } else {
        return Optional.empty();
      }
    }
  }

  private void enterTowards(String rawKey) {
    Node here = node.orElseThrow();
    if (here.level() == 0) {
      enter();
      return;
    }
    node = Optional.empty();
    List<Child> children = children(here);
    int first = 0;
    String above = here.above();
    while (first < children.size() && children.get(first).lastKey().compareTo(rawKey) < 0) {
      above = children.get(first).lastKey();
      first++;
    }
    way.push(
        new Level(here.level() - 1, children.subList(first, children.size()).iterator(), above));
    further();
  }

  private void further() {
    if (leaf.hasNext()) {
      front = Optional.of(leaf.next());
      return;
    }
    while (!way.isEmpty()) {
      Level level = way.peek();
      if (level.children.hasNext()) {
        node = Optional.of(level.next());
        return;
      }
      way.pop();
    }
  }

  /// Reads every node and keeps nothing of it.
  ///
  /// @throws BlobFault if one is missing or damaged
  static long count(PrefixRoot root, Contents.Blobs blobs) {
    ManifestCursor cursor = new ManifestCursor(root, blobs);
    long count = 0;
    while (cursor.peek().isPresent()) {
      cursor.next();
      count++;
    }
    if (count != root.objects()) {
      throw new BlobFault(
          "a manifest holds %d objects where %d belong".formatted(count, root.objects()));
    }
    return count;
  }
}
