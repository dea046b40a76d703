package dev.gnomon.store.garbage;

import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.blobs.PackFormat;
import dev.gnomon.store.garbage.GarbagePlan.IndexPlan;
import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Writes index objects anew: without packs that go, few out of many small ones, and with what
/// trailers say where an index object is damaged or gone. What replaces an index object is stored
/// before that one is deleted, so a reader that misses one lists again and finds the other. Memory
/// is bounded by the pieces of one index object.
public final class IndexReplacement {
  static final int MAX_PIECES = PackFormat.MAX_INDEX_PIECES;

  private final StoreParts store;

  public IndexReplacement(StoreParts store) {
    this.store = store;
  }

  void carryOut(IndexPlan plan, Set<String> gone) {
    for (List<String> group : plan.replace()) {
      Set<PackContents> kept = new LinkedHashSet<>(); // what two say alike is said once
      for (String id : group) {
        kept.addAll(contents(id));
      }
      kept.removeIf(pack -> gone.contains(pack.pack()));
      put(kept);
      delete(group);
    }
    List<PackContents> recovered = new ArrayList<>();
    int pieces = 0;
    for (String pack : plan.recovered()) {
      Optional<PackContents> contents = gone.contains(pack) ? Optional.empty() : trailer(pack);
      contents.ifPresent(recovered::add);
      pieces += contents.map(named -> named.pieces().size()).orElse(0);
      if (pieces > MAX_PIECES) {
        put(recovered);
        recovered.clear();
        pieces = 0;
      }
    }
    put(recovered);
    delete(plan.damaged());
  }

  /// Stores index objects for packs; none if there are none.
  public void put(Collection<PackContents> packs) {
    PackFormat.eachIndex(packs, this::putOne);
  }

  private void putOne(List<PackContents> packs) {
    ObjectName name = Names.index(store.settings().ids().get());
    PackFormat format = store.format().get().packs();
    byte[] content = format.index(name, packs);
    format.readIndex(name, content); // before anything is deleted for it
    store.objects().put(name, new ByteArrayInputStream(content));
  }

  private void delete(Collection<String> ids) {
    if (!ids.isEmpty()) {
      store.objects().delete(ids.stream().map(Names::index).toList());
    }
  }

  private List<PackContents> contents(String id) {
    return BlobTable.index(store.objects(), store.format().get(), id)
        .orElse(List.of()); // another collector replaced it
  }

  private Optional<PackContents> trailer(String pack) {
    return store
        .objects()
        .stat(Names.pack(pack))
        .map(ObjectStat::sizeBytes)
        .map(size -> BlobTable.trailer(store.objects(), store.format().get(), pack, size));
  }
}
