package dev.gnomon.store.prefix;

import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.prefix.NodeCodec.Child;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Builds a manifest of objects that come in ascending order of their keys. A node ends after a key
/// whose hash ends in enough zero bits, so that a change of one object changes one node a level,
/// and equal objects make equal nodes whatever was there before. For one thread; memory: one node a
/// level.
final class ManifestWriter {
  /// A leaf holds 128 objects on average, a node above 64 nodes.
  private static final int LEAF_BITS = 7;

  private static final int INNER_BITS = 6;

  /// Bounds of a leaf whose keys have no such hash.
  private static final int MAX_ENTRIES = 1024;

  private static final int MAX_RESTORED_BYTES = 256 * 1024;

  private final BlobSession session;
  private final Function<byte[], Hash> ids;
  private final List<byte[]> entries = new ArrayList<>();
  private final List<byte[]> restored = new ArrayList<>();
  private final List<List<Child>> levels = new ArrayList<>();
  private int restoredBytes;
  private long entryBytes;
  private String last = "";
  private long objects;
  private long bytes;

  /// @param ids names content in this store
  ManifestWriter(BlobSession session, Function<byte[], Hash> ids) {
    this.session = session;
    this.ids = ids;
  }

  void add(ObjectEntry entry) {
    if (objects > 0 && last.compareTo(entry.key()) >= 0) {
      throw new IllegalArgumentException(
          "objects must come in order: '%s' after '%s'".formatted(entry.key(), last));
    }
    byte[] comesBack = NodeCodec.restored(entry);
    entries.add(NodeCodec.entry(entry));
    restored.add(comesBack);
    restoredBytes += comesBack.length;
    entryBytes += entry.size();
    last = entry.key();
    objects++;
    bytes += entry.size();
    int zeros = zeros(last);
    if (zeros >= LEAF_BITS
        || entries.size() == MAX_ENTRIES
        || restoredBytes >= MAX_RESTORED_BYTES) {
      up(0, leaf(), zeros);
    }
  }

  PrefixRoot finish() {
    if (!entries.isEmpty() || objects == 0) {
      up(0, leaf(), 0);
    }
    for (int level = 0; ; level++) {
      List<Child> nodes = levels.get(level);
      if (level == levels.size() - 1 && nodes.size() == 1) {
        Child top = nodes.getFirst();
        return new PrefixRoot(level, top.node(), top.content(), objects, bytes);
      }
      if (!nodes.isEmpty()) {
        up(level + 1, inner(level + 1), 0);
      }
    }
  }

  /// Hands a finished node to the level above, and ends the nodes that end with it.
  ///
  /// @param level of the node
  private void up(int level, Child node, int zeros) {
    if (levels.size() == level) {
      levels.add(new ArrayList<>());
    }
    levels.get(level).add(node);
    if (zeros >= LEAF_BITS + INNER_BITS * (level + 1) || levels.get(level).size() == MAX_ENTRIES) {
      up(level + 1, inner(level + 1), zeros);
    }
  }

  private Child leaf() {
    Child leaf =
        new Child(
            last,
            store(NodeCodec.leaf(entries)),
            ids.apply(NodeCodec.leaf(restored)),
            entries.size(),
            entryBytes);
    entries.clear();
    restored.clear();
    restoredBytes = 0;
    entryBytes = 0;
    return leaf;
  }

  /// Makes a node of all that wait below its level.
  private Child inner(int level) {
    List<Child> children = levels.get(level - 1);
    Child node =
        new Child(
            children.getLast().lastKey(),
            store(NodeCodec.inner(level, children)),
            ids.apply(NodeCodec.contents(level, children)),
            children.stream().mapToLong(Child::objects).sum(),
            children.stream().mapToLong(Child::bytes).sum());
    children.clear();
    return node;
  }

  private Hash store(byte[] node) {
    return BlobSession.join(session.store(node, node.length, BlobSession.Kind.TREE));
  }

  /// Trailing zero bits of a key's hash: FNV-1a of 64 bits, then the finish of SplitMix64.
  static int zeros(String rawKey) {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < rawKey.length(); i++) {
      hash = (hash ^ rawKey.charAt(i)) * 0x100000001b3L;
    }
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return Long.numberOfTrailingZeros(hash ^ (hash >>> 31));
  }
}
