package dev.gnomon.store.blobs;

import dev.gnomon.store.blobs.BlobTable.Location;
import dev.gnomon.store.blobs.PackContents.Piece;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// A hash table of places in plain arrays: 44 bytes an entry and 4 bytes a slot at a load of a
/// third to two thirds, so 50 to 56 bytes a blob.
///
/// Entries are added and never changed; those of one pack stand in a row, so that the pack need not
/// be written beside each. A blob in several packs has several entries. One thread adds, any number
/// look up meanwhile: an entry is whole before the slot that leads to it is seen.
public final class PlaceTable {
  private static final int ENTRY_INTS = 11;
  private static final int PAGE_BITS = 12;
  private static final int PAGE_ENTRIES = 1 << PAGE_BITS;
  private static final int FIRST_SLOTS = 1 << 10;
  private static final int CODEC_BITS = 2;
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(int[].class);

  private volatile int[] slots = new int[FIRST_SLOTS];
  private volatile int[][] pages = new int[0][];
  private volatile Rows rows = new Rows(new int[16], new String[16], 0);
  private int entries;

  /// Which entries belong to which pack.
  ///
  /// @param starts first entry of each row, ascending
  @SuppressWarnings("ArrayRecordComponent") // shared and only ever added to
  private record Rows(int[] starts, String[] packs, int count) {
    String packOf(int entry) {
      int found = Arrays.binarySearch(starts, 0, count, entry);
      return packs[found >= 0 ? found : -found - 2];
    }

    Rows plus(int start, String pack) {
      boolean full = count == starts.length;
      int[] allStarts = full ? Arrays.copyOf(starts, 2 * count) : starts;
      String[] allPacks = full ? Arrays.copyOf(packs, 2 * count) : packs;
      allStarts[count] = start;
      allPacks[count] = pack;
      return new Rows(allStarts, allPacks, count + 1);
    }
  }

  /// How many places are known.
  public int size() {
    return entries;
  }

  /// Bytes of the arrays.
  public long bytes() {
    return 4L * slots.length + 4L * ENTRY_INTS * PAGE_ENTRIES * pages.length;
  }

  /// What was added by [#add], pack by pack, from a row on; made up again while it is read. For the
  /// thread that adds.
  List<PackContents> packs(int fromRow) {
    Rows known = rows;
    int all = entries;
    return new AbstractList<>() {
      @Override
      public PackContents get(int index) {
        int row = fromRow + Objects.checkIndex(index, size());
        int end = row + 1 < known.count() ? known.starts()[row + 1] : all;
        List<Piece> pieces = new ArrayList<>(end - known.starts()[row]);
        for (int entry = known.starts()[row]; entry < end; entry++) {
          pieces.add(piece(entry));
        }
        return new PackContents(known.packs()[row], pieces);
      }

      @Override
      public int size() {
        return known.count() - fromRow;
      }
    };
  }

  /// Ids of the packs that something lies in, some more than once.
  Stream<String> packNames() {
    Rows known = rows;
    return Arrays.stream(known.packs(), 0, known.count());
  }

  /// How many rows there are: one for each [#add] that brought something new.
  int rows() {
    return rows.count();
  }

  /// Adds what lies in a pack, without what is known of it already. For one thread at a time.
  public void add(PackContents pack) {
    boolean begun = false;
    for (Piece piece : pack.pieces()) {
      if (has(piece, pack.pack())) {
        continue;
      }
      if (!begun) {
        rows = rows.plus(entries, pack.pack());
        begun = true;
      }
      append(piece);
    }
  }

  /// A place of a blob, if possible in none of the packs to avoid.
  public Optional<Location> find(Hash hash, Set<String> avoided) {
    Location first = null;
    int[] table = slots;
    for (int slot = slot(hash.a(), table); ; slot = (slot + 1) & (table.length - 1)) {
      int entry = (int) SLOT.getAcquire(table, slot) - 1;
      if (entry < 0) {
        return Optional.ofNullable(first);
      }
      if (matches(entry, hash)) {
        Location place = location(entry);
        if (!avoided.contains(place.pack())) {
          return Optional.of(place);
        }
        first = first == null ? place : first;
      }
    }
  }

  /// Every place of a blob, those in packs to avoid last.
  List<Location> all(Hash hash, Set<String> avoided) {
    List<Location> all = new ArrayList<>(1);
    int good = 0;
    int[] table = slots;
    for (int slot = slot(hash.a(), table); ; slot = (slot + 1) & (table.length - 1)) {
      int entry = (int) SLOT.getAcquire(table, slot) - 1;
      if (entry < 0) {
        return all;
      }
      if (matches(entry, hash)) {
        Location place = location(entry);
        all.add(avoided.contains(place.pack()) ? all.size() : good++, place);
      }
    }
  }

  private boolean has(Piece piece, String pack) {
    return all(piece.hash(), Set.of()).contains(piece.in(pack));
  }

  private void append(Piece piece) {
    if (3L * (entries + 1) > 2L * slots.length) {
      slots = rehashed(2 * slots.length);
    }
    int entry = entries++;
    if (entry >> PAGE_BITS == pages.length) {
      int[][] more = Arrays.copyOf(pages, pages.length + 1);
      more[pages.length] = new int[PAGE_ENTRIES * ENTRY_INTS];
      pages = more;
    }
    int[] page = pages[entry >> PAGE_BITS];
    int at = (entry & (PAGE_ENTRIES - 1)) * ENTRY_INTS;
    Hash hash = piece.hash();
    put(page, at, hash.a());
    put(page, at + 2, hash.b());
    put(page, at + 4, hash.c());
    put(page, at + 6, hash.d());
    page[at + 8] = piece.offset();
    page[at + 9] = piece.storedBytes();
    page[at + 10] = piece.rawBytes() << CODEC_BITS | piece.codec().code();
    claim(slots, hash.a(), entry);
  }

  private int[] rehashed(int length) {
    int[] table = new int[length];
    for (int entry = 0; entry < entries; entry++) {
      int[] page = pages[entry >> PAGE_BITS];
      claim(table, get(page, (entry & (PAGE_ENTRIES - 1)) * ENTRY_INTS), entry);
    }
    return table;
  }

  private static void claim(int[] table, long key, int entry) {
    int slot = slot(key, table);
    while ((int) SLOT.get(table, slot) != 0) {
      slot = (slot + 1) & (table.length - 1);
    }
    SLOT.setRelease(table, slot, entry + 1);
  }

  private boolean matches(int entry, Hash hash) {
    int[] page = pages[entry >> PAGE_BITS];
    int at = (entry & (PAGE_ENTRIES - 1)) * ENTRY_INTS;
    return get(page, at) == hash.a()
        && get(page, at + 2) == hash.b()
        && get(page, at + 4) == hash.c()
        && get(page, at + 6) == hash.d();
  }

  private Location location(int entry) {
    return piece(entry).in(rows.packOf(entry));
  }

  private Piece piece(int entry) {
    int[] page = pages[entry >> PAGE_BITS];
    int at = (entry & (PAGE_ENTRIES - 1)) * ENTRY_INTS;
    int raw = page[at + 10];
    return new Piece(
        new Hash(get(page, at), get(page, at + 2), get(page, at + 4), get(page, at + 6)),
        page[at + 8],
        page[at + 9],
        raw >>> CODEC_BITS,
        Codec.of(raw & ((1 << CODEC_BITS) - 1)));
  }

  /// Hashes are uniform already.
  private static int slot(long key, int[] table) {
    return (int) (key ^ key >>> 32) & (table.length - 1);
  }

  private static void put(int[] page, int at, long value) {
    page[at] = (int) (value >>> 32);
    page[at + 1] = (int) value;
  }

  private static long get(int[] page, int at) {
    return (long) page[at] << 32 | page[at + 1] & 0xffffffffL;
  }
}
