package dev.gnomon.store.marks;

import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import java.util.ArrayList;
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
  /// @param counts how many pieces it names of each
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Entry(String id, long sizeBytes, int pieces, int[] packs, int[] counts) {}

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
    Names.eachPack(store.objects(), packs::listed);
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
    return BlobTable.index(store.objects(), store.format().get(), id);
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
      Optional<List<PackContents>> contents = contentsOrAgain(id);
      contents.ifPresent(all -> take(id, object.sizeBytes(), all, use));
      return contents.isPresent();
    } catch (BlobFault e) {
      damaged.put(id, String.valueOf(e.getMessage()));
      return true;
    }
  }

  /// What a server gave wrong once it may give right when it is asked again.
  private Optional<List<PackContents>> contentsOrAgain(String id) {
    try {
      return contents(id);
    } catch (BlobFault e) {
      return contents(id);
    }
  }

  private void take(String id, long sizeBytes, List<PackContents> all, Consumer<PackContents> use) {
    int pieces = 0;
    int[] named = new int[all.size()];
    int[] counts = new int[all.size()];
    int count = 0;
    for (PackContents contents : all) {
      int pack = packs.number(contents.pack());
      packs.named(pack);
      named[count] = pack;
      counts[count++] = contents.pieces().size();
      pieces += contents.pieces().size();
      use.accept(contents);
    }
    objects.put(id, new Entry(id, sizeBytes, pieces, named, counts));
  }

  private Map<String, ObjectStat> listed() {
    Map<String, ObjectStat> listed = new LinkedHashMap<>();
    Names.eachIndex(store.objects(), object -> listed.put(Names.last(object.name()), object));
    return listed;
  }
}
