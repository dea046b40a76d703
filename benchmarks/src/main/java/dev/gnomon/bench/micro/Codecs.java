package dev.gnomon.bench.micro;

import dev.gnomon.bench.work.MadeUp;
import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.PieceForm;
import dev.gnomon.store.blobs.StoreForm;
import java.util.Arrays;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/// Chunks as packs hold them, and back. A chunk is tried before it is compressed, and its content
/// is checked against its name when it is read: both are in these figures.
public class Codecs extends Timed {
  private final PieceForm form = StoreForm.plain(2, FastCdc.DEFAULT).pieceForm();
  private final Piece zstd = new Piece(MadeUp.text(CHUNK_BYTES, 1), Compression.ZSTD);
  private final Piece lz4 = new Piece(MadeUp.text(CHUNK_BYTES, 1), Compression.LZ4);
  private final Piece none = new Piece(MadeUp.noise(CHUNK_BYTES, 1), Compression.ZSTD);

  private final class Piece {
    private final byte[] content;
    private final Compression wanted;
    private final Hash id;
    private final byte[] stored;
    private final Location place;

    Piece(byte[] content, Compression wanted) {
      this.content = content;
      this.wanted = wanted;
      this.id = Hash.of(content);
      PieceForm.Stored piece = store();
      this.stored = Arrays.copyOf(piece.bytes(), piece.length());
      this.place = new Location("pack", 0, piece.length(), content.length, piece.codec());
    }

    PieceForm.Stored store() {
      return form.store(id, content, content.length, wanted);
    }

    byte[] raw() {
      return form.raw(id, place, stored);
    }
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public PieceForm.Stored storeZstd() {
    return zstd.store();
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public PieceForm.Stored storeLz4() {
    return lz4.store();
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public PieceForm.Stored storeNoise() {
    return none.store();
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public byte[] readZstd() {
    return zstd.raw();
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public byte[] readLz4() {
    return lz4.raw();
  }

  @Benchmark
  @OperationsPerInvocation(CHUNK_BYTES)
  public byte[] readNoise() {
    return none.raw();
  }
}
