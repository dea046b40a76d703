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

/// Goes through a manifest in the order of keys, reading a node when it gets there. It can stand
/// before a node that was not read yet, so that equal nodes of two manifests are passed over whole.
/// For one thread; memory: one node a level.
final class ManifestCursor {
  private final Contents.Blobs blobs;
  private final Deque<Level> way = new ArrayDeque<>();
  private Optional<Node> node;
  private Iterator<ObjectEntry> leaf = List.<ObjectEntry>of().iterator();
  private Optional<ObjectEntry> front = Optional.empty();

  /// A node that was not read.
  record Node(int level, Hash node, Hash content) {}

  private record Level(int level, Iterator<Child> children) {}

  ManifestCursor(PrefixRoot root, Contents.Blobs blobs) {
    this.blobs = blobs;
    this.node = Optional.of(new Node(root.level(), root.node(), root.content()));
  }

  /// The node that begins here, if it was not entered.
  Optional<Node> node() {
    return front.isPresent() ? Optional.empty() : node;
  }

  /// Reads the node that begins here.
  void enter() {
    Node here = node.orElseThrow();
    node = Optional.empty();
    byte[] bytes = blobs.apply(here.node());
    if (here.level() == 0) {
      leaf = NodeCodec.readLeaf(bytes).iterator();
    } else {
      way.push(new Level(here.level() - 1, NodeCodec.readInner(bytes, here.level()).iterator()));
    }
    further();
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
    List<Child> children = NodeCodec.readInner(blobs.apply(here.node()), here.level());
    way.push(
        new Level(
            here.level() - 1,
            children.stream().filter(child -> child.lastKey().compareTo(rawKey) >= 0).iterator()));
    further();
  }

  private void further() {
    if (leaf.hasNext()) {
      front = Optional.of(leaf.next());
      return;
    }
    while (!way.isEmpty()) {
      Level level = way.peek();
      if (level.children().hasNext()) {
        Child child = level.children().next();
        node = Optional.of(new Node(level.level(), child.node(), child.content()));
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
