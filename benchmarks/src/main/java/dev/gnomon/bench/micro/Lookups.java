package dev.gnomon.bench.micro;

import dev.gnomon.bench.work.MadeUp;
import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.Codec;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.PackContents.Piece;
import dev.gnomon.store.blobs.PlaceTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;

/// Places of blobs by their names, in no order.
public class Lookups extends Timed {
  private static final int BLOBS_IN_PACK = 4096;
  private static final int BLOB_BYTES = 4096;

  @Param({"1000000", "10000000"})
  public int entries;

  private final PlaceTable table = new PlaceTable();
  private long asked;

  @Setup(Level.Trial)
  public void fill() {
    for (int first = 0; first < entries; first += BLOBS_IN_PACK) {
      List<Piece> pieces = new ArrayList<>(BLOBS_IN_PACK);
      for (int i = first; i < Math.min(entries, first + BLOBS_IN_PACK); i++) {
        int offset = (i - first) * BLOB_BYTES;
        pieces.add(new Piece(MadeUp.hash(i), offset, BLOB_BYTES, BLOB_BYTES, Codec.NONE));
      }
      table.add(new PackContents("pack-" + first, pieces));
    }
  }

  @Benchmark
  public Optional<Location> hit() {
    long number = Long.remainderUnsigned(MadeUp.mixed(++asked), entries);
    return table.find(MadeUp.hash(number), Set.of());
  }

  @Benchmark
  public Optional<Location> miss() {
    return table.find(MadeUp.hash(entries + ++asked), Set.of());
  }
}
