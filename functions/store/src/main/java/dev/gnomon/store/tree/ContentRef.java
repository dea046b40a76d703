package dev.gnomon.store.tree;

import dev.gnomon.store.blobs.Hash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/// Names the content of a file or a directory by the hashes of its chunks. Long lists are content
/// themselves: at depth 1 the hashes name blobs of hashes, and so on.
///
/// @param size bytes of the content
/// @param depth 0: the hashes are those of the chunks
/// @param hashes at most [#MAX_INLINE]
public record ContentRef(long size, int depth, List<Hash> hashes) {
  public static final int MAX_INLINE = 256;
  static final int MAX_DEPTH = 4;
  static final int HASHES_IN_LIST = 8192;

  public static final ContentRef EMPTY = new ContentRef(0, 0, List.of());

  public ContentRef {
    hashes = List.copyOf(hashes);
    if (size < 0 || depth < 0 || depth > MAX_DEPTH || hashes.size() > MAX_INLINE) {
      throw new IllegalArgumentException(
          "content needs size >= 0, depth 0 to 4 and at most 256 hashes: %d, %d, %d"
              .formatted(size, depth, hashes.size()));
    }
  }

  /// Names content by the hashes of its chunks, however many they are.
  ///
  /// @param store takes a list of hashes as a blob and gives its hash
  public static ContentRef of(long size, List<Hash> chunks, Function<byte[], Hash> store) {
    List<Hash> hashes = chunks;
    int depth = 0;
    while (hashes.size() > MAX_INLINE) {
      List<Hash> lists = new ArrayList<>();
      for (int from = 0; from < hashes.size(); from += HASHES_IN_LIST) {
        int to = Math.min(hashes.size(), from + HASHES_IN_LIST);
        ByteBuffer list = ByteBuffer.allocate((to - from) * Hash.BYTES);
        hashes.subList(from, to).forEach(hash -> hash.writeTo(list));
        lists.add(store.apply(list.array()));
      }
      hashes = lists;
      depth++;
    }
    return new ContentRef(size, depth, hashes);
  }
}
