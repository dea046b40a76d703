package dev.gnomon.store.prefix;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Decoder;
import dev.gnomon.store.tree.Encoder;
import java.io.ByteArrayInputStream;
import java.util.List;

/// Where the manifest of a prefix begins. Kept as the root of its point.
///
/// @param level of the first node; 0 is a leaf
/// @param node blob of the first node
/// @param content hash over what a restore brings back; equal states have equal hashes
public record PrefixRoot(int level, Hash node, Hash content, long objects, long bytes) {
  /// Whether an encoded root is that of a prefix.
  public static boolean is(byte[] root) {
    return root.length > 0 && root[0] == StoredPoint.PREFIX;
  }

  public byte[] encode() {
    return new Encoder()
        .number(StoredPoint.PREFIX)
        .number(level)
        .hash(node)
        .hash(content)
        .number(objects)
        .number(bytes)
        .take();
  }

  /// @throws BlobFault if it is none
  public static PrefixRoot decode(byte[] root) {
    Decoder in = new Decoder(new ByteArrayInputStream(root));
    if (in.number() != StoredPoint.PREFIX) {
      throw new BlobFault("it is no point of a prefix");
    }
    PrefixRoot decoded =
        new PrefixRoot(
            in.bounded(NodeCodec.MAX_LEVEL), in.hash(), in.hash(), in.number(), in.number());
    if (decoded.objects < 0 || decoded.bytes < 0 || in.atEnd() >= 0) {
      throw new BlobFault("the root of a prefix is not one that was written");
    }
    return decoded;
  }

  /// A node as content, for walks of blobs.
  static ContentRef ref(Hash node) {
    return new ContentRef(0, 0, List.of(node));
  }
}
