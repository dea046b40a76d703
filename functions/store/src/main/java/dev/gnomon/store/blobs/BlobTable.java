package dev.gnomon.store.blobs;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/// Where each blob lies, as the index objects of one store say; kept in memory (50 to 56 bytes a
/// blob) and brought up to date by [#refresh].
///
/// Only packs that exist count: the list of packs is read after the index objects, so an entry that
/// outlived its pack (a collector died between, two raced) is never believed. Index objects that
/// are damaged or gone are made up for by the trailers of the packs that no other index names:
/// those of a damaged one at once, those of one that is gone when a blob is missed. Thread-safe.
public final class BlobTable implements Places {
  private static final System.Logger LOG = System.getLogger(BlobTable.class.getName());
  private static final int MAX_ROUNDS = 5;

  private final ObjectStore objects;
  private final Supplier<StoreForm> form;
  private final Set<String> loaded = new HashSet<>();
  private final Set<String> damaged = new HashSet<>();
  private final Set<String> covered = new HashSet<>();
  private volatile View view = new View(new PlaceTable(), Map.of(), Set.of());
  private volatile boolean fresh;

  /// @param form asked once the store is known to hold something
  public BlobTable(ObjectStore objects, Supplier<StoreForm> form) {
    this.objects = objects;
    this.form = form;
  }

  /// Where a blob lies.
  public record Location(String pack, int offset, int storedBytes, int rawBytes, Codec codec) {
    ByteRange range() {
      return new ByteRange(offset, Math.max(1, storedBytes));
    }
  }

  /// @param avoided packs that are condemned
  private record View(PlaceTable places, Map<String, Long> packs, Set<String> avoided) {}

  private static final class Vanished extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /// Where a blob lies; of several places one whose pack is not condemned, as the last refresh
  /// knew.
  public Optional<Location> find(Hash hash) {
    View now = view;
    return now.places().find(hash, now.avoided());
  }

  /// Every place of a blob, the one that [#find] gives first. Reads index objects the first time.
  @Override
  public List<Location> all(Hash hash) {
    ensureLoaded();
    View now = view;
    return now.places().all(hash, now.avoided());
  }

  /// How many places are known, and the bytes of memory that they take.
  public Size size() {
    PlaceTable places = view.places();
    return new Size(places.size(), places.bytes());
  }

  /// @param bytes of memory
  public record Size(long places, long bytes) {}

  /// Packs that existed at the last refresh, with their size in bytes.
  public Map<String, Long> packs() {
    return view.packs();
  }

  /// Reads index objects for the first time; nothing after that.
  public void ensureLoaded() {
    if (!fresh) {
      loadFirst();
    }
  }

  private synchronized void loadFirst() {
    if (!fresh) {
      refresh(Set.of());
    }
  }

  /// For whoever missed a blob, or found it damaged: also reads the trailers of all packs that no
  /// index object names. One that is gone can't be told from one that was never there, so a look at
  /// the packs is all that helps; those of captures under way cost two small reads each.
  @Override
  public synchronized void refresh() {
    refresh(view.avoided(), true);
  }

  /// Brings the table up to date with the store.
  ///
  /// @param condemned packs to avoid where a blob lies in another one too
  public synchronized void refresh(Set<String> condemned) {
    refresh(condemned, false);
  }

  private void refresh(Set<String> condemned, boolean missed) {
    boolean anew = false;
    for (int round = 1; ; round++) {
      try {
        refreshOnce(condemned, anew, missed);
        fresh = true;
        return;
      } catch (Vanished e) {
        anew = true;
        if (round == MAX_ROUNDS) {
          throw new ObjectStoreException(
              ObjectStoreException.Kind.TRANSIENT,
              "index objects of the store changed during each of " + MAX_ROUNDS + " readings");
        }
      }
    }
  }

  /// @param anew forget everything first: entries of deleted packs are never taken out one by one
  /// @param missed whether something is known to be missing: index objects may be gone
  private void refreshOnce(Set<String> condemned, boolean anew, boolean missed) throws Vanished {
    Set<String> listed = new HashSet<>();
    Names.eachIndex(objects, object -> listed.add(Names.last(object.name())));
    if (anew || !listed.containsAll(loaded) || !listed.containsAll(damaged)) {
      loaded.clear();
      damaged.clear();
      covered.clear();
      anew = true;
    }
    PlaceTable added = new PlaceTable();
    Set<String> named = new HashSet<>();
    Set<String> read = new HashSet<>();
    for (String id : listed) {
      if (!loaded.contains(id) && !damaged.contains(id)) {
        Optional<List<PackContents>> contents = load(id);
        contents.ifPresentOrElse(
            packs ->
                packs.forEach(pack -> {
                  added.add(pack);
                  named.add(pack.pack());
                }),
            () -> damaged.add(id));
        read.add(id);
      }
    }
    Map<String, Long> existing = new HashMap<>();
    Names.eachPack(objects, pack -> existing.put(Names.last(pack.name()), pack.sizeBytes()));
    if (!anew && !existing.keySet().containsAll(view.packs().keySet())) {
      throw new Vanished();
    }
    PlaceTable known = anew ? new PlaceTable() : view.places();
    PlaceTable places = with(added, known, existing.keySet());
    named.retainAll(existing.keySet());
    covered.addAll(named);
    if (missed || !damaged.isEmpty()) {
      recover(places, existing);
    }
    read.removeAll(damaged);
    loaded.addAll(read);
    view = new View(places, Map.copyOf(existing), Set.copyOf(condemned));
  }

  /// Of what was added only what lies in packs that exist; what is known may be in use.
  private static PlaceTable with(PlaceTable added, PlaceTable known, Set<String> existing) {
    if (known.size() == 0 && added.packNames().allMatch(existing::contains)) {
      return added;
    }
    for (PackContents pack : added.packs(0)) {
      if (existing.contains(pack.pack())) {
        known.add(pack);
      }
    }
    return known;
  }

  private Optional<List<PackContents>> load(String id) throws Vanished {
    try {
      return Optional.of(index(objects, form.get(), id).orElseThrow(Vanished::new));
    } catch (BlobFault e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "index object {0} is damaged ({1}); reading the trailers of its packs instead",
          Names.index(id),
          e.getMessage());
      return Optional.empty();
    }
  }

  private void recover(PlaceTable places, Map<String, Long> existing) {
    existing.forEach((pack, size) -> {
      if (!covered.contains(pack)) {
        try {
          places.add(trailer(objects, form.get(), pack, size));
          covered.add(pack);
        } catch (BlobFault e) {
          LOG.log(
              System.Logger.Level.WARNING,
              "pack {0} is damaged: {1}",
              Names.pack(pack),
              e.getMessage());
        }
      }
    });
  }

  /// What an index object says.
  ///
  /// @return empty if it is not there
  /// @throws BlobFault if it is damaged
  public static Optional<List<PackContents>> index(ObjectStore objects, StoreForm form, String id) {
    ObjectName name = Names.index(id);
    Optional<InputStream> content = objects.read(name, ByteRange.ALL);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = content.get()) {
      return Optional.of(form.packs().readIndex(name, in));
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "reading '" + name + "' failed");
    }
  }

  /// What the trailer of a pack says.
  ///
  /// @param size of the pack in bytes
  /// @throws BlobFault if it can't be read
  public static PackContents trailer(ObjectStore objects, StoreForm form, String pack, long size) {
    if (size < PackFormat.TRAILER_END_BYTES) {
      throw new BlobFault("it is shorter than a trailer");
    }
    byte[] end = tail(objects, pack, size, PackFormat.TRAILER_END_BYTES);
    PackFormat format = form.packs();
    int length = format.trailerBytes(end);
    if (length > size) {
      throw new BlobFault("its trailer is longer than itself");
    }
    byte[] trailer = tail(objects, pack, size, length);
    return new PackContents(pack, format.readTrailer(Names.pack(pack), trailer));
  }

  private static byte[] tail(ObjectStore objects, String pack, long size, int length) {
    byte[] tail =
        readAll(objects, Names.pack(pack), new ByteRange(size - length, length), length)
            .orElseThrow(() -> new BlobFault("it is gone"));
    if (tail.length != length) {
      throw new BlobFault("it ended early");
    }
    return tail;
  }

  private static Optional<byte[]> readAll(
      ObjectStore objects, ObjectName name, ByteRange range, int maxBytes) {
    Optional<InputStream> content = objects.read(name, range);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try (InputStream in = content.get()) {
      return Optional.of(in.readNBytes(maxBytes));
    } catch (IOException e) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT, "reading '" + name + "' failed: " + e, e);
    }
  }
}
