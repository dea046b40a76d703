package dev.gnomon.store.blobs;

import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.PackContents.Piece;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A pack that is being filled in memory. Its owner guards it.
final class OpenPack {
  private static final int FIRST_BYTES = 1 << 20;

  private final String id;
  private final int targetBytes;
  private byte[] content;
  private int length;
  private final List<Piece> pieces = new ArrayList<>();
  private final Map<Hash, Piece> byHash = new HashMap<>();

  OpenPack(String id, int targetBytes) {
    this.id = id;
    this.targetBytes = targetBytes;
    this.content = new byte[Math.min(FIRST_BYTES, targetBytes)];
  }

  void add(Hash hash, byte[] stored, int storedBytes, int rawBytes) {
    if (length + storedBytes > content.length) {
      int wanted = Math.max(length + storedBytes, Math.min(2 * content.length, targetBytes));
      content = Arrays.copyOf(content, wanted);
    }
    System.arraycopy(stored, 0, content, length, storedBytes);
    Piece piece = new Piece(hash, length, storedBytes, rawBytes);
    pieces.add(piece);
    byHash.put(hash, piece);
    length += storedBytes;
  }

  boolean isFull() {
    return length >= targetBytes;
  }

  String id() {
    return id;
  }

  PackContents contents() {
    return new PackContents(id, pieces);
  }

  Optional<byte[]> read(Hash hash) {
    Piece piece = byHash.get(hash);
    if (piece == null) {
      return Optional.empty();
    }
    Location location = new Location(id, piece.offset(), piece.storedBytes(), piece.rawBytes());
    byte[] stored =
        Arrays.copyOfRange(content, piece.offset(), piece.offset() + piece.storedBytes());
    return Optional.of(BlobReader.checked(hash, location, stored));
  }

  /// The whole pack with its trailer.
  InputStream stream() {
    return new SequenceInputStream(
        new ByteArrayInputStream(content, 0, length),
        new ByteArrayInputStream(PackFormat.trailer(pieces)));
  }

  long bytes() {
    return length + (long) pieces.size() * PackFormat.PIECE_BYTES + PackFormat.TRAILER_END_BYTES;
  }
}
