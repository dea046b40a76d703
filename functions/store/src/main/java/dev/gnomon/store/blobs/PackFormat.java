package dev.gnomon.store.blobs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.gnomon.store.blobs.PackContents.Piece;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Stored forms of pack trailers and index objects; docs/STORE-FORMAT.md has the tables.
///
/// A pack is its blobs one after another and a trailer that lists them, so that a lost index can be
/// made anew. Both forms end in a SHA-256 of themselves, and every length read is bounded before
/// memory is taken for it.
public final class PackFormat {
  /// Largest blob; a pack that announces a larger one is refused.
  public static final int MAX_BLOB_BYTES = 8 << 20;

  static final int PIECE_BYTES = Hash.BYTES + 12;
  static final int TRAILER_END_BYTES = Hash.BYTES + 4 + 8;
  private static final byte[] PACK_MAGIC = "GNPACK01".getBytes(US_ASCII);
  private static final byte[] INDEX_MAGIC = "GNINDX01".getBytes(US_ASCII);
  private static final int MAX_ID_BYTES = 64;
  private static final int MAX_INDEX_BYTES = 256 << 20;
  private static final int LEVEL = 3;

  private PackFormat() {}

  /// Trailer: pieces, then their SHA-256, their count, the magic.
  static byte[] trailer(List<Piece> pieces) {
    ByteBuffer out = ByteBuffer.allocate(pieces.size() * PIECE_BYTES + TRAILER_END_BYTES);
    pieces.forEach(piece -> write(out, piece));
    Hash.of(out.array(), 0, out.position()).writeTo(out);
    return out.putInt(pieces.size()).put(PACK_MAGIC).array();
  }

  /// @param end the last bytes of a pack
  /// @return how many bytes the whole trailer has
  static int trailerBytes(byte[] end) {
    ByteBuffer in = ByteBuffer.wrap(end, end.length - 12, 12);
    int count = in.getInt();
    byte[] magic = new byte[PACK_MAGIC.length];
    in.get(magic);
    if (!Arrays.equals(magic, PACK_MAGIC) || count < 0 || count > MAX_INDEX_BYTES / PIECE_BYTES) {
      throw new BlobFault("its trailer can't be read");
    }
    return count * PIECE_BYTES + TRAILER_END_BYTES;
  }

  static List<Piece> readTrailer(byte[] trailer) {
    int list = trailer.length - TRAILER_END_BYTES;
    ByteBuffer in = ByteBuffer.wrap(trailer);
    List<Piece> pieces = new ArrayList<>();
    while (in.position() < list) {
      pieces.add(readPiece(in));
    }
    if (!Hash.read(in).equals(Hash.of(trailer, 0, list))) {
      throw new BlobFault("its trailer does not have the content that its hash names");
    }
    return pieces;
  }

  /// Index object: magic, length, Zstandard of the packs and their pieces, SHA-256 of all before.
  public static byte[] index(List<PackContents> packs) {
    int size = 4;
    for (PackContents pack : packs) {
      size += 8 + pack.pack().length() + pack.pieces().size() * PIECE_BYTES;
    }
    ByteBuffer body = ByteBuffer.allocate(size).putInt(packs.size());
    for (PackContents pack : packs) {
      body.putInt(pack.pack().length()).put(pack.pack().getBytes(US_ASCII));
      body.putInt(pack.pieces().size());
      pack.pieces().forEach(piece -> write(body, piece));
    }
    byte[] compressed = Zstd.compress(body.array(), LEVEL);
    ByteBuffer out = ByteBuffer.allocate(8 + 4 + compressed.length + Hash.BYTES);
    out.put(INDEX_MAGIC).putInt(size).put(compressed);
    Hash.of(out.array(), 0, out.position()).writeTo(out);
    return out.array();
  }

  /// @throws BlobFault if it is not what [#index] wrote
  public static List<PackContents> readIndex(byte[] index) {
    if (index.length < 8 + 4 + Hash.BYTES
        || !Arrays.equals(index, 0, 8, INDEX_MAGIC, 0, 8)
        || !Hash.of(index, 0, index.length - Hash.BYTES)
            .equals(Hash.read(ByteBuffer.wrap(index, index.length - Hash.BYTES, Hash.BYTES)))) {
      throw new BlobFault("it does not have the content that its hash names");
    }
    int size = ByteBuffer.wrap(index, 8, 4).getInt();
    if (size < 4 || size > MAX_INDEX_BYTES) {
      throw new BlobFault("it announces " + size + " bytes");
    }
    try {
      byte[] body = Zstd.decompress(Arrays.copyOfRange(index, 12, index.length - Hash.BYTES), size);
      return readPacks(ByteBuffer.wrap(body));
    } catch (ZstdException | BufferUnderflowException e) {
      throw new BlobFault("it can't be decompressed: " + e.getMessage());
    }
  }

  private static List<PackContents> readPacks(ByteBuffer in) {
    List<PackContents> packs = new ArrayList<>();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      byte[] id = new byte[bounded(in.getInt(), MAX_ID_BYTES)];
      in.get(id);
      int pieceCount = bounded(in.getInt(), in.remaining() / PIECE_BYTES);
      List<Piece> pieces = new ArrayList<>(pieceCount);
      for (int p = 0; p < pieceCount; p++) {
        pieces.add(readPiece(in));
      }
      packs.add(new PackContents(new String(id, US_ASCII), pieces));
    }
    return packs;
  }

  private static void write(ByteBuffer out, Piece piece) {
    piece.hash().writeTo(out);
    out.putInt(piece.offset()).putInt(piece.storedBytes()).putInt(piece.rawBytes());
  }

  private static Piece readPiece(ByteBuffer in) {
    Hash hash = Hash.read(in);
    int offset = bounded(in.getInt(), Integer.MAX_VALUE);
    return new Piece(
        hash, offset, bounded(in.getInt(), MAX_BLOB_BYTES), bounded(in.getInt(), MAX_BLOB_BYTES));
  }

  private static int bounded(int value, int max) {
    if (value < 0 || value > max) {
      throw new BlobFault("it holds a length out of bounds: " + value);
    }
    return value;
  }
}
