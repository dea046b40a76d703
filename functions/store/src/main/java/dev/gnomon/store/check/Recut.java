package dev.gnomon.store.check;

import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobSession.Kind;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.tree.ContentRef;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Cuts content as a store would and names the pieces, without storing anything.
final class Recut {
  private final StoreParts store;
  private final Use use;

  /// Gets every piece.
  interface Use {
    void piece(byte[] content, Kind kind);
  }

  Recut(StoreParts store, Use use) {
    this.store = store;
    this.use = use;
  }

  ContentRef of(InputStream in, Kind kind) throws IOException {
    Cutter cutter = store.cutter();
    byte[] buffer = new byte[cutter.maxBytes()];
    List<Hash> hashes = new ArrayList<>();
    long size = 0;
    int filled = 0;
    while (true) {
      filled += in.readNBytes(buffer, filled, buffer.length - filled);
      if (filled == 0) {
        return ContentRef.of(size, hashes, list -> piece(list, Kind.TREE));
      }
      int length = cutter.cut(buffer, 0, filled);
      hashes.add(piece(Arrays.copyOf(buffer, length), kind));
      size += length;
      System.arraycopy(buffer, length, buffer, 0, filled - length);
      filled -= length;
    }
  }

  private Hash piece(byte[] content, Kind kind) {
    use.piece(content, kind);
    return store.id(content);
  }
}
