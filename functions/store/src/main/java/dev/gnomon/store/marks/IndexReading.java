package dev.gnomon.store.marks;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Reads all index objects, one at a time, lists the packs after them, and reads the trailers of
/// the packs that no readable index object names. For one thread.
public final class IndexReading {
  private static final int MAX_ROUNDS = 5;

  private final StoreParts store;
  private final PackTable packs;
  private final Map<String, Entry> objects = new LinkedHashMap<>();
  private final Map<String, String> damaged = new TreeMap<>();
  private final Map<String, String> damagedPacks = new TreeMap<>();
  private final List<String> unnamed = new ArrayList<>();

  /// One index object.
  ///
  /// @param packs numbers of the packs that it names
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Entry(String id, long sizeBytes, int pieces, int[] packs) {}

  IndexReading(StoreParts store, PackTable packs) {
    this.store = store;
    this.packs = packs;
  }

  void read(Consumer<PackContents> use) {
    Map<String, ObjectStat> listed = listed();
    for (int round = 1; ; round++) {
      boolean vanished = false;
      for (ObjectStat object : listed.values()) {
        vanished |= !readOnce(object, use);
      }
      if (!vanished) {
        break;
      }
      if (round == MAX_ROUNDS) {
        throw new ObjectStoreException(
            ObjectStoreException.Kind.TRANSIENT,
            "index objects of the store changed during each of " + MAX_ROUNDS + " readings");
      }
      listed = listed(); // what replaced a vanished one was there before it vanished
    }
    Names.each(store.objects(), Names.PACKS, packs::listed);
    packs.each(pack -> {
      if (!packs.isNamed(pack)) {
        unnamed.add(packs.name(pack));
      }
    });
    unnamed.forEach(pack -> trailer(pack).ifPresent(use));
  }

  /// Index objects that were read.
  public Map<String, Entry> objects() {
    return objects;
  }

  /// Index objects that can't be read, with the reason.
  public Map<String, String> damaged() {
    return damaged;
  }

  /// Packs that no readable index object names.
  public List<String> unnamed() {
    return unnamed;
  }

  /// Those of them whose trailers can't be read either, with the reason.
  public Map<String, String> damagedPacks() {
    return damagedPacks;
  }

  /// What an index object says.
  ///
  /// @return empty if it is gone
  /// @throws BlobFault if it is damaged
  public Optional<List<PackContents>> contents(String id) {
    ObjectName name = Names.index(id);
    return store
        .objects()
        .read(name, ByteRange.ALL)
        .map(in -> {
          try (in) {
            return store.format().get().packs().readIndex(name, in.readAllBytes());
          } catch (java.io.IOException e) {
            throw ObjectStoreException.of(e, "reading '" + name + "' failed");
          }
        });
  }

  /// What the trailer of a pack says; of a damaged pack nothing, and the reason is noted.
  public Optional<PackContents> trailer(String pack) {
    try {
      return Optional.of(
          BlobTable.trailer(
              store.objects(), store.format().get(), pack, packs.sizeBytes(packs.find(pack))));
    } catch (BlobFault e) {
      damagedPacks.put(pack, String.valueOf(e.getMessage()));
      return Optional.empty();
    }
  }

  private boolean readOnce(ObjectStat object, Consumer<PackContents> use) {
    String id = Names.last(object.name());
    if (objects.containsKey(id) || damaged.containsKey(id)) {
      return true;
    }
    try {
      Optional<List<PackContents>> contents = contents(id);
      contents.ifPresent(all -> take(id, object.sizeBytes(), all, use));
      return contents.isPresent();
    } catch (BlobFault e) {
      damaged.put(id, String.valueOf(e.getMessage()));
      return true;
    }
  }

  private void take(String id, long sizeBytes, List<PackContents> all, Consumer<PackContents> use) {
    int pieces = 0;
    int[] named = new int[all.size()];
    int count = 0;
    for (PackContents contents : all) {
      int pack = packs.number(contents.pack());
      packs.named(pack);
      named[count++] = pack;
      pieces += contents.pieces().size();
      use.accept(contents);
    }
    objects.put(id, new Entry(id, sizeBytes, pieces, Arrays.copyOf(named, count)));
  }

  private Map<String, ObjectStat> listed() {
    Map<String, ObjectStat> listed = new LinkedHashMap<>();
    Names.each(
        store.objects(), Names.INDEX, object -> listed.put(Names.last(object.name()), object));
    return listed;
  }
}
