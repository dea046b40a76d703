package dev.gnomon.store.marks;

import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.Codec;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.PackContents.Piece;
import dev.gnomon.store.blobs.Places;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Every place of every blob, in a file of shards sorted by hash: 50 bytes a place there, and a
/// sixteenth of a byte in memory. First everything is added, then sorted, then looked up. For one
/// thread.
final class SortedPlaces implements Places {
  static final int LIVE = 1;
  static final int TREE = 2;
  static final int COUNTED = 4;

  /// Needed by more than a hint.
  static final int FIRM = 8;

  private static final int RECORD_BYTES = Hash.BYTES + 18; // with the codec and the flags
  private static final int PACK = Hash.BYTES;
  private static final int CODEC = RECORD_BYTES - 2;
  private static final int FLAGS = RECORD_BYTES - 1;
  private static final Codec[] CODECS = Codec.values();
  private static final int FENCE_RECORDS = 128;
  private static final int INDEX_BITS = 24;

  private final Spill spill;
  private final PackTable packs;
  private final int shards;
  private final long[][] fences;

  SortedPlaces(ScratchFile file, int shards, PackTable packs) {
    this.spill = new Spill(file, shards, RECORD_BYTES);
    this.packs = packs;
    this.shards = shards;
    this.fences = new long[shards][];
  }

  /// One place as it lies in a shard.
  ///
  /// @param flags [#LIVE], [#TREE], [#COUNTED], [#FIRM]
  record Place(
      Hash hash, int pack, int offset, int storedBytes, int rawBytes, Codec codec, int flags) {
    boolean is(int flag) {
      return (flags & flag) != 0;
    }
  }

  /// Gets the places of a shard, those of one blob one after another.
  interface Use {
    void places(List<Place> ofOneBlob);
  }

  /// Gives the flags that the places of one blob shall have from now on.
  interface Marker {
    /// @param flags in and out: one for each place
    void mark(List<Place> ofOneBlob, int[] flags);
  }

  void add(PackContents contents) {
    int pack = packs.number(contents.pack());
    ByteBuffer record = ByteBuffer.allocate(RECORD_BYTES);
    for (Piece piece : contents.pieces()) {
      record.clear();
      piece.hash().writeTo(record);
      record.putInt(pack).putInt(piece.offset());
      record.putInt(piece.storedBytes()).putInt(piece.rawBytes());
      record.put((byte) piece.codec().ordinal());
      spill.add(record.array());
    }
  }

  long count() {
    return spill.count();
  }

  int shards() {
    return shards;
  }

  void sort() {
    for (int shard = 0; shard < shards; shard++) {
      byte[] sorted = sorted(spill.all(shard));
      spill.replace(shard, sorted);
      int records = sorted.length / RECORD_BYTES;
      long[] fence = new long[(records + FENCE_RECORDS - 1) / FENCE_RECORDS];
      ByteBuffer in = ByteBuffer.wrap(sorted);
      for (int i = 0; i < fence.length; i++) {
        fence[i] = in.getLong(i * FENCE_RECORDS * RECORD_BYTES);
      }
      fences[shard] = fence;
    }
  }

  @Override
  public List<Location> all(Hash hash) {
    List<Location> all = new ArrayList<>(1);
    for (Place place : find(hash)) {
      if (holds(place)) {
        all.add(location(place));
      }
    }
    return all;
  }

  @Override
  public void refresh() {
    // Roots are listed before index objects are read: what roots need is known.
  }

  /// Every place of a blob, also in packs that are gone.
  List<Place> find(Hash hash) {
    ByteBuffer key = ByteBuffer.wrap(hash.bytes());
    int shard = Spill.shardOf(key.array(), 0, shards);
    List<Place> found = new ArrayList<>(1);
    for (int at = firstWindow(fences[shard], hash.a()); ; at += FENCE_RECORDS) {
      byte[] window = spill.read(shard, at, FENCE_RECORDS);
      for (int i = 0; i < window.length; i += RECORD_BYTES) {
        int order = Arrays.compareUnsigned(window, i, i + Hash.BYTES, key.array(), 0, Hash.BYTES);
        if (order > 0) {
          return found;
        }
        if (order == 0) {
          found.add(place(ByteBuffer.wrap(window, i, RECORD_BYTES)));
        }
      }
      if (window.length < FENCE_RECORDS * RECORD_BYTES) {
        return found;
      }
    }
  }

  Location location(Place place) {
    return new Location(
        packs.name(place.pack()),
        place.offset(),
        place.storedBytes(),
        place.rawBytes(),
        place.codec());
  }

  /// Whether the pack is there and as long as the place needs.
  boolean holds(Place place) {
    return packs.isListed(place.pack())
        && place.offset() + (long) place.storedBytes() <= packs.sizeBytes(place.pack());
  }

  /// Every blob of a shard with its places.
  void each(int shard, Use use) {
    groups(spill.all(shard), (at, places) -> use.places(places));
  }

  /// Marks places of blobs that are needed.
  ///
  /// @param live a record for each need: the hash, then a byte of flags
  /// @param unknown gets hashes that have no place at all
  void mark(int shard, Spill live, Marker marker, java.util.function.Consumer<Hash> unknown) {
    byte[] records = spill.all(shard);
    live.each(
        shard,
        (needs, length) -> {
          for (int i = 0; i < length; i += Hash.BYTES + 1) {
            int at = firstOf(records, needs, i);
            if (at < 0 && (needs[i + Hash.BYTES] & FIRM) != 0) {
              unknown.accept(Hash.read(ByteBuffer.wrap(needs, i, Hash.BYTES)));
            }
            for (; at >= 0 && at < records.length && sameHash(records, at, needs, i); ) {
              records[at + FLAGS] |= (byte) (LIVE | needs[i + Hash.BYTES]);
              at += RECORD_BYTES;
            }
          }
        });
    groups(
        records,
        (at, places) -> {
          if (!places.getFirst().is(LIVE)) {
            return;
          }
          int[] flags = places.stream().mapToInt(Place::flags).toArray();
          marker.mark(places, flags);
          for (int i = 0; i < flags.length; i++) {
            records[at + i * RECORD_BYTES + FLAGS] = (byte) flags[i];
          }
        });
    spill.replace(shard, records);
  }

  private interface Group {
    void at(int firstByte, List<Place> places);
  }

  private static void groups(byte[] records, Group use) {
    List<Place> group = new ArrayList<>();
    int from = 0;
    for (int at = 0; at < records.length; at += RECORD_BYTES) {
      if (!group.isEmpty() && !sameHash(records, from, records, at)) {
        use.at(from, group);
        group.clear();
        from = at;
      }
      group.add(place(ByteBuffer.wrap(records, at, RECORD_BYTES)));
    }
    if (!group.isEmpty()) {
      use.at(from, group);
    }
  }

  private static boolean sameHash(byte[] one, int at, byte[] other, int otherAt) {
    return Arrays.equals(one, at, at + Hash.BYTES, other, otherAt, otherAt + Hash.BYTES);
  }

  /// First byte of the first record with a hash, or -1.
  private static int firstOf(byte[] records, byte[] hash, int hashAt) {
    int low = 0;
    int high = records.length / RECORD_BYTES;
    while (low < high) {
      int middle = (low + high) >>> 1;
      int at = middle * RECORD_BYTES;
      if (Arrays.compareUnsigned(records, at, at + Hash.BYTES, hash, hashAt, hashAt + Hash.BYTES)
          < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    int at = low * RECORD_BYTES;
    return at < records.length && sameHash(records, at, hash, hashAt) ? at : -1;
  }

  /// The last fence below a hash, as the number of its record: equal hashes may begin before the
  /// fence that equals them.
  private static int firstWindow(long[] fence, long first) {
    int low = 0;
    int high = fence.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Long.compareUnsigned(fence[middle], first) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Math.max(0, low - 1) * FENCE_RECORDS;
  }

  /// Sorts by hash, pack and offset: first by 39 bits of the hash, in one array of longs, then the
  /// few that agree in those.
  private static byte[] sorted(byte[] records) {
    int count = records.length / RECORD_BYTES;
    if (count >= 1 << INDEX_BITS) {
      throw new IllegalStateException("a shard has " + count + " places: hashes are not spread");
    }
    ByteBuffer in = ByteBuffer.wrap(records);
    long[] order = new long[count];
    for (int i = 0; i < count; i++) {
      order[i] = in.getLong(i * RECORD_BYTES) >>> (INDEX_BITS + 1) << INDEX_BITS | i;
    }
    Arrays.sort(order);
    for (int from = 0; from < count; ) {
      int to = from + 1;
      while (to < count && order[to] >>> INDEX_BITS == order[from] >>> INDEX_BITS) {
        to++;
      }
      sortEqual(records, order, from, to);
      from = to;
    }
    byte[] sorted = new byte[records.length];
    for (int i = 0; i < count; i++) {
      System.arraycopy(records, index(order[i]), sorted, i * RECORD_BYTES, RECORD_BYTES);
    }
    return sorted;
  }

  private static void sortEqual(byte[] records, long[] order, int from, int to) {
    if (to - from == 1) {
      return;
    }
    Long[] equal = Arrays.stream(order, from, to).boxed().toArray(Long[]::new);
    Arrays.sort(
        equal,
        (one, other) ->
            Arrays.compareUnsigned(
                records,
                index(one),
                index(one) + RECORD_BYTES,
                records,
                index(other),
                index(other) + RECORD_BYTES));
    for (int i = 0; i < equal.length; i++) {
      order[from + i] = equal[i];
    }
  }

  private static int index(long key) {
    return (int) (key & ((1 << INDEX_BITS) - 1)) * RECORD_BYTES;
  }

  private static Place place(ByteBuffer in) {
    int at = in.position();
    Hash hash = Hash.read(in);
    return new Place(
        hash,
        in.getInt(at + PACK),
        in.getInt(at + PACK + 4),
        in.getInt(at + PACK + 8),
        in.getInt(at + PACK + 12),
        CODECS[in.get(at + CODEC)],
        in.get(at + FLAGS));
  }
}
