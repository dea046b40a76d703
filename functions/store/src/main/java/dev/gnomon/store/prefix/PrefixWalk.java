package dev.gnomon.store.prefix;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.prefix.NodeCodec.Child;
import dev.gnomon.store.tree.BlobWalk;

/// Leads a walk to every blob that the manifest of a prefix needs.
public final class PrefixWalk {
  private static final char KIND = 'p';

  private PrefixWalk() {}

  public static void lead(PrefixRoot root, BlobWalk walk) {
    node(root.node(), root.level(), "", walk);
  }

  private static void node(Hash node, int level, String path, BlobWalk walk) {
    walk.content(path, PrefixRoot.ref(node));
    if (!walk.enters(KIND, PrefixRoot.ref(node))) {
      return;
    }
    try {
      byte[] bytes = walk.blobs().apply(node);
      if (level > 0) {
        for (Child child : NodeCodec.readInner(bytes, level)) {
          node(child.node(), level - 1, child.lastKey(), walk);
        }
        return;
      }
      for (ObjectEntry entry : NodeCodec.readLeaf(bytes)) {
        if (entry.kept() instanceof Kept.Bytes(var content, boolean md5)) {
          walk.content(entry.key(), content);
        }
      }
    } catch (BlobFault e) {
      walk.fault(path, e);
    }
  }
}
