package dev.gnomon.store.blobs;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.store.blobs.PackContents.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/// Stored forms of pack trailers and index objects; docs/STORE-FORMAT.md has the tables.
///
/// A pack is its pieces one after another and a trailer that lists them, so that a lost index can
/// be made anew. Both forms carry a SHA-256 of themselves, and every length read is bounded before
/// memory is taken for it.
///
/// @param version of the stored format, 1 or 2
/// @param seal seals the lists; format 1 knows none
public record PackFormat(int version, Seal seal) {
  /// Largest blob; a pack that announces a larger one is refused.
  public static final int MAX_BLOB_BYTES = 8 << 20;

  /// Most pieces that a writer names in one index object; readers take more.
  public static final int MAX_INDEX_PIECES = 100_000;

  static final int TRAILER_END_BYTES = Hash.BYTES + 4 + 8;
  private static final int MAGIC_BYTES = 8;
  private static final int INDEX_HEAD_BYTES = MAGIC_BYTES + 4;
  private static final int MAX_ID_BYTES = 64;
  private static final int MAX_INDEX_BYTES = 256 << 20;
  private static final int MAX_SEAL_BYTES = 64;
  private static final int LEVEL = 3;

  /// Lists are mostly hashes, which do not shrink; the ids of packs are text of 16 signs and shrink
  /// to less than half. More than this is no list of ours.
  private static final int MAX_SHRINKING = 4;

  private int pieceBytes() {
    return Hash.BYTES + (version == 1 ? 12 : 13);
  }

  private byte[] magic(String kind) {
    return "GN%s%02d".formatted(kind, version).getBytes(US_ASCII);
  }

  /// Format 1: pieces, their SHA-256, their count, the magic. Format 2: the list of pieces, sealed;
  /// the SHA-256 of that; its length; the magic.
  byte[] trailer(ObjectName pack, List<Piece> pieces) {
    ByteBuffer list = ByteBuffer.allocate(pieces.size() * pieceBytes());
    pieces.forEach(piece -> write(list, piece));
    byte[] stored = seal.seal(list.array(), list.capacity(), StoreForm.about(pack));
    ByteBuffer out = ByteBuffer.allocate(stored.length + TRAILER_END_BYTES).put(stored);
    Hash.of(stored).writeTo(out);
    return out.putInt(version == 1 ? pieces.size() : stored.length).put(magic("PACK")).array();
  }

  /// Length of the trailer of a pack of so many pieces.
  long trailerBytes(int pieces) {
    return (long) pieces * pieceBytes() + seal.overheadBytes() + TRAILER_END_BYTES;
  }

  /// @param end the last bytes of a pack
  /// @return how many bytes the whole trailer has
  int trailerBytes(byte[] end) {
    ByteBuffer in = ByteBuffer.wrap(end, end.length - 12, 12);
    int announced = in.getInt();
    byte[] magic = new byte[MAGIC_BYTES];
    in.get(magic);
    if (!Arrays.equals(magic, magic("PACK"))) {
      throw new BlobFault("its trailer can't be read: it does not end in the sign of its format");
    }
    int unit = version == 1 ? pieceBytes() : 1;
    if (announced < 0 || announced > MAX_INDEX_BYTES / unit) {
      throw new BlobFault("its trailer announces a length out of bounds: " + announced);
    }
    return announced * unit + TRAILER_END_BYTES;
  }

  List<Piece> readTrailer(ObjectName pack, byte[] trailer) {
    int length = trailer.length - TRAILER_END_BYTES;
    byte[] stored = Arrays.copyOf(trailer, length);
    if (!Hash.read(ByteBuffer.wrap(trailer, length, Hash.BYTES)).equals(Hash.of(stored))) {
      throw new BlobFault("its trailer does not have the content that its hash names");
    }
    ByteBuffer list = ByteBuffer.wrap(seal.open(stored, StoreForm.about(pack)));
    if (list.remaining() % pieceBytes() != 0) {
      throw new BlobFault("its trailer ends within a piece");
    }
    List<Piece> pieces = new ArrayList<>(list.remaining() / pieceBytes());
    while (list.hasRemaining()) {
      pieces.add(readPiece(list));
    }
    return pieces;
  }

  /// Divides packs among index objects, each of at most [#MAX_INDEX_PIECES] or one pack.
  public static void eachIndex(Iterable<PackContents> packs, Consumer<List<PackContents>> index) {
    List<PackContents> next = new ArrayList<>();
    int pieces = 0;
    for (PackContents pack : packs) {
      if (pieces + pack.pieces().size() > MAX_INDEX_PIECES && !next.isEmpty()) {
        index.accept(List.copyOf(next));
        next.clear();
        pieces = 0;
      }
      next.add(pack);
      pieces += pack.pieces().size();
    }
    if (!next.isEmpty()) {
      index.accept(next);
    }
  }

  /// Index object: magic, length, Zstandard of the packs and their pieces, sealed, SHA-256 of all
  /// before.
  ///
  /// @param name that it will be stored under
  public byte[] index(ObjectName name, List<PackContents> packs) {
    int size = 4;
    for (PackContents pack : packs) {
      size += 8 + pack.pack().length() + pack.pieces().size() * pieceBytes();
    }
    ByteBuffer body = ByteBuffer.allocate(size).putInt(packs.size());
    for (PackContents pack : packs) {
      body.putInt(pack.pack().length()).put(pack.pack().getBytes(US_ASCII));
      body.putInt(pack.pieces().size());
      pack.pieces().forEach(piece -> write(body, piece));
    }
    byte[] compressed = Zstd.compress(body.array(), LEVEL);
    byte[] stored = seal.seal(compressed, compressed.length, StoreForm.about(name));
    ByteBuffer out = ByteBuffer.allocate(INDEX_HEAD_BYTES + stored.length + Hash.BYTES);
    out.put(magic("INDX")).putInt(size).put(stored);
    Hash.of(out.array(), 0, out.position()).writeTo(out);
    return out.array();
  }

  /// Reads an index object; takes no more memory than its beginning announces.
  ///
  /// @throws BlobFault if it is not what [#index] wrote
  public List<PackContents> readIndex(ObjectName name, InputStream in) throws IOException {
    byte[] head = in.readNBytes(INDEX_HEAD_BYTES);
    if (head.length < INDEX_HEAD_BYTES
        || !Arrays.equals(head, 0, MAGIC_BYTES, magic("INDX"), 0, MAGIC_BYTES)) {
      throw new BlobFault("it does not begin with the sign of its format");
    }
    int size = bounded(ByteBuffer.wrap(head, MAGIC_BYTES, 4).getInt(), MAX_INDEX_BYTES);
    int most = (int) Zstd.compressBound(size) + MAX_SEAL_BYTES + Hash.BYTES;
    byte[] rest = in.readNBytes(most + 1);
    if (rest.length > most) {
      throw new BlobFault("it announces %d bytes and has more".formatted(size));
    }
    byte[] index = Arrays.copyOf(head, head.length + rest.length);
    System.arraycopy(rest, 0, index, head.length, rest.length);
    return readIndex(name, index);
  }

  /// @throws BlobFault if it is not what [#index] wrote
  public List<PackContents> readIndex(ObjectName name, byte[] index) {
    int end = index.length - Hash.BYTES;
    if (end < INDEX_HEAD_BYTES
        || !Hash.of(index, 0, end).equals(Hash.read(ByteBuffer.wrap(index, end, Hash.BYTES)))) {
      throw new BlobFault("it does not have the content that its hash names");
    }
    if (!Arrays.equals(index, 0, MAGIC_BYTES, magic("INDX"), 0, MAGIC_BYTES)) {
      throw new BlobFault("it does not begin with the sign of its format");
    }
    int size = ByteBuffer.wrap(index, MAGIC_BYTES, 4).getInt();
    byte[] compressed =
        seal.open(Arrays.copyOfRange(index, INDEX_HEAD_BYTES, end), StoreForm.about(name));
    if (size < 4 || size > Math.min(MAX_INDEX_BYTES, 1024 + (long) MAX_SHRINKING * end)) {
      throw new BlobFault("it announces " + size + " bytes");
    }
    try {
      byte[] body = new byte[size];
      long length = Zstd.decompressByteArray(body, 0, size, compressed, 0, compressed.length);
      if (length != size) {
        throw new BlobFault("it has %d bytes, expected %d".formatted(length, size));
      }
      ByteBuffer in = ByteBuffer.wrap(body);
      List<PackContents> packs = readPacks(in);
      if (in.hasRemaining()) {
        throw new BlobFault("it goes on after its last pack");
      }
      return packs;
    } catch (ZstdException | BufferUnderflowException e) {
      throw new BlobFault("it can't be decompressed: " + e.getMessage());
    }
  }

  private List<PackContents> readPacks(ByteBuffer in) {
    List<PackContents> packs = new ArrayList<>();
    int count = in.getInt();
    for (int i = 0; i < count; i++) {
      byte[] id = new byte[bounded(in.getInt(), MAX_ID_BYTES)];
      in.get(id);
      int pieceCount = bounded(in.getInt(), in.remaining() / pieceBytes());
      List<Piece> pieces = new ArrayList<>(pieceCount);
      for (int p = 0; p < pieceCount; p++) {
        pieces.add(readPiece(in));
      }
      packs.add(new PackContents(packId(id), pieces));
    }
    return packs;
  }

  /// An id that names a pack and nothing else.
  private static String packId(byte[] id) {
    String text = new String(id, US_ASCII);
    if (!Names.isId(text)) {
      throw new BlobFault("it names a pack that can't be: '" + text + "'");
    }
    return text;
  }

  private void write(ByteBuffer out, Piece piece) {
    piece.hash().writeTo(out);
    out.putInt(piece.offset()).putInt(piece.storedBytes()).putInt(piece.rawBytes());
    if (version > 1) {
      out.put((byte) piece.codec().code());
    }
  }

  private Piece readPiece(ByteBuffer in) {
    Hash hash = Hash.read(in);
    int offset = bounded(in.getInt(), Integer.MAX_VALUE);
    int stored = bounded(in.getInt(), MAX_BLOB_BYTES + MAX_SEAL_BYTES);
    int raw = bounded(in.getInt(), MAX_BLOB_BYTES);
    if (offset > Integer.MAX_VALUE - stored) {
      throw new BlobFault("it holds a piece that ends beyond any pack");
    }
    if (version == 1) {
      bounded(stored, MAX_BLOB_BYTES);
      return new Piece(hash, offset, stored, raw, stored == raw ? Codec.NONE : Codec.ZSTD);
    }
    Codec codec = Codec.of(in.get());
    int packed = stored - seal.overheadBytes();
    if (codec == Codec.NONE ? packed != raw : packed <= 0 || packed >= raw) {
      throw new BlobFault(
          "it holds a piece of %d bytes, stored in %d: out of bounds".formatted(raw, stored));
    }
    return new Piece(hash, offset, stored, raw, codec);
  }

  private static int bounded(int value, int max) {
    if (value < 0 || value > max) {
      throw new BlobFault("it holds a length out of bounds: " + value);
    }
    return value;
  }
}
