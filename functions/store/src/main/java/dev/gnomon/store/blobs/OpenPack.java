package dev.gnomon.store.blobs;

import dev.gnomon.core.objects.ObjectName;
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
import org.jspecify.annotations.Nullable;

/// A pack that is being filled in memory. Its owner guards it.
final class OpenPack {
  private static final int FIRST_BYTES = 1 << 20;

  /// The last piece of a full pack reaches beyond its size.
  private static final int MORE_BYTES = (2 << 20) + (64 << 10);

  private final String id;
  private final int targetBytes;
  private final StoreForm form;
  private byte[] content;
  private int length;
  private final List<Piece> pieces = new ArrayList<>();
  private final Map<Hash, Piece> byHash = new HashMap<>();

  /// @param buffer of an earlier pack that has given it up
  OpenPack(String id, int targetBytes, StoreForm form, byte @Nullable [] buffer) {
    this.id = id;
    this.form = form;
    this.targetBytes = targetBytes;
    this.content = buffer != null ? buffer : new byte[Math.min(FIRST_BYTES, targetBytes)];
  }

  void add(Hash hash, PieceForm.Stored stored, int rawBytes) {
    int storedBytes = stored.length();
    if (length + storedBytes > content.length) {
      int most = targetBytes + MORE_BYTES;
      int doubled = 4 * content.length > targetBytes ? most : 2 * content.length;
      int wanted = Math.max(length + storedBytes, doubled);
      content = Arrays.copyOf(content, wanted);
    }
    System.arraycopy(stored.bytes(), 0, content, length, storedBytes);
    Piece piece = new Piece(hash, length, storedBytes, rawBytes, stored.codec());
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
    byte[] stored =
        Arrays.copyOfRange(content, piece.offset(), piece.offset() + piece.storedBytes());
    return Optional.of(form.pieceForm().raw(hash, piece.in(id), stored));
  }

  /// The whole pack with its trailer.
  ///
  /// @param name that it will be stored under
  InputStream stream(ObjectName name) {
    return new SequenceInputStream(
        new ByteArrayInputStream(content, 0, length),
        new ByteArrayInputStream(form.packs().trailer(name, pieces)));
  }

  /// The array of a full pack, for the next one; this one can't be read any more.
  Optional<byte[]> giveUp() {
    return content.length >= targetBytes ? Optional.of(content) : Optional.empty();
  }

  long bytes() {
    return length + form.packs().trailerBytes(pieces.size());
  }
}
