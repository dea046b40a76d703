package dev.gnomon.store.garbage;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.files.RawName;
import dev.gnomon.store.garbage.CondemnedLists.Round;
import dev.gnomon.store.points.MarkRecords;
import dev.gnomon.store.roots.Root;
import dev.gnomon.store.roots.RootKind;
import dev.gnomon.store.roots.Roots;
import dev.gnomon.store.tree.BlobWalk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Expires points and collects packs that no point needs any more.
///
/// A pack is condemned when no point needs any of its blobs and it is older than the grace time (so
/// no capture that may still commit wrote it); it is deleted a grace time after the condemned list
/// became visible, if that is still so. The grace time is the longest of this process, its caller
/// and the writers that recorded theirs in the store. Index objects that name deleted packs are
/// replaced first. Every step may run twice, beside another one, or be killed.
public final class Collector implements Expiry {
  private static final int MAX_INDEX_OBJECTS = 64;
  private static final int MAX_PIECES_IN_INDEX = 500_000;
  private static final int DELETE_BATCH = 1000;

  private final StoreParts store;

  public Collector(StoreParts store) {
    this.store = store;
  }

  @Override
  public void expire(Collection<PointId> points) {
    store.format().checkReadable();
    MarkRecords marks = store.marks();
    store.points().expire(points, id -> marks.expire(id, marks.of(id).count()));
  }

  @Override
  public List<PointId> expire(Map<PointId, Long> decided) {
    store.format().checkReadable();
    return store
        .points()
        .expire(
            decided.keySet(),
            id -> store.marks().expire(id, decided.getOrDefault(id, Marks.NONE.count())));
  }

  @Override
  public void accept(PointId held) {
    store.format().checkReadable();
    store.points().accept(held);
  }

  @Override
  public CollectReport collect(Duration grace) {
    store.format().checkReadable();
    return DeepStack.call("collect", () -> collectOnce(longer(grace)));
  }

  @Override
  public boolean collectionDue(Duration grace) {
    return store.condemned().anyOpen(store.objects().time().minus(longer(grace)));
  }

  private Duration longer(Duration grace) {
    Duration own = grace.compareTo(store.settings().grace()) > 0 ? grace : store.settings().grace();
    return store.graces().longest(own, store.objects().time());
  }

  private CollectReport collectOnce(Duration grace) {
    Instant now = store.objects().time();
    Instant before = now.minus(grace);
    List<Round> open = store.condemned().open();
    BlobTable table = store.newTable();
    table.refresh(Set.of());
    Map<String, ObjectStat> packs = packs();
    Set<String> live = mark(table);

    Set<String> due = new HashSet<>();
    Set<String> waiting = new HashSet<>();
    List<Round> ending = new ArrayList<>();
    for (Round round : open) {
      boolean isDue = round.published().isBefore(before);
      (isDue ? due : waiting).addAll(round.condemned().packs());
      if (isDue) {
        ending.add(round);
      }
    }
    due.removeAll(live);
    due.retainAll(packs.keySet());
    replaceIndexes(table, due);
    delete(due);
    ending.forEach(round -> store.condemned().end(round, now));

    Set<String> dead = new HashSet<>();
    long[] deletedBytes = {0};
    packs.forEach((id, pack) -> {
      if (due.contains(id)) {
        deletedBytes[0] += pack.sizeBytes();
      } else if (!live.contains(id) && !waiting.contains(id) && pack.modified().isBefore(before)) {
        dead.add(id);
      }
    });
    if (!dead.isEmpty()) {
      store.condemned().publish(now, dead);
    }
    store.points().sweepMarkers(before);
    store.marks().sweep(before);
    store.jobs().sweep(before);
    store.condemned().sweep(before);
    store.graces().sweep(now);
    return new CollectReport(dead.size(), due.size(), deletedBytes[0]);
  }

  /// Packs in which a needed blob lies. Where it lies in several, all of them stay: two collectors
  /// that chose differently would otherwise delete both.
  private Set<String> mark(BlobTable table) {
    Set<String> live = new HashSet<>();
    BlobReader reader = store.reader(table);
    Root[] now = new Root[1];
    BlobWalk walk =
        new BlobWalk(
            reader::read,
            new BlobWalk.Visitor() {
              @Override
              public void blob(String path, Hash hash) {
                List<BlobTable.Location> places = table.all(hash);
                if (places.isEmpty()) { // of a point that was written since the table was read
                  table.refresh(Set.of());
                  places = table.all(hash);
                }
                places.forEach(place -> live.add(place.pack()));
              }

              @Override
              public void fault(String path, BlobFault fault) {
                throw damaged(now[0], path, fault);
              }
            });
    store
        .roots()
        .each(
            new Roots.Visitor() {
              @Override
              public void root(Root root) {
                now[0] = root;
                root.walk(walk);
              }

              @Override
              public void damaged(RootKind kind, ObjectName name, BlobFault fault) {
                throw unreadable(kind, name, fault);
              }
            });
    return live;
  }

  private static RuntimeException damaged(Root root, String path, BlobFault fault) {
    String message =
        "nothing is collected while %s is damaged at '%s': %s"
            .formatted(root.title(), RawName.display(path), fault.getMessage());
    return stopped(root.point(), message);
  }

  private static RuntimeException unreadable(RootKind kind, ObjectName name, BlobFault fault) {
    return stopped(
        kind.point(name),
        "nothing is collected while a %s can't be read ('%s'): %s"
            .formatted(kind.word(), name, fault.getMessage()));
  }

  private static RuntimeException stopped(Optional<PointId> point, String message) {
    return point.isPresent()
        ? new DamagedPointException(point.get(), message)
        : new BlobFault(message);
  }

  private Map<String, ObjectStat> packs() {
    Map<String, ObjectStat> packs = new HashMap<>();
    Names.each(store.objects(), Names.PACKS, pack -> packs.put(Names.last(pack.name()), pack));
    return packs;
  }

  /// Writes anew what index objects say of packs that stay, then deletes those objects. Also makes
  /// few out of many.
  private void replaceIndexes(BlobTable table, Set<String> gone) {
    boolean many = table.indexes().size() > MAX_INDEX_OBJECTS;
    if (gone.isEmpty() && !many && table.damagedIndexes().isEmpty()) {
      return;
    }
    List<String> replaced = new ArrayList<>(table.damagedIndexes());
    List<PackContents> kept = new ArrayList<>(table.recovered());
    for (String id : table.indexes()) {
      List<PackContents> packs = index(id);
      if (many || packs.stream().anyMatch(pack -> gone.contains(pack.pack()))) {
        replaced.add(id);
        kept.addAll(packs);
      }
    }
    kept.removeIf(pack -> gone.contains(pack.pack()));
    List<PackContents> next = new ArrayList<>();
    int pieces = 0;
    for (PackContents pack : kept) {
      next.add(pack);
      pieces += pack.pieces().size();
      if (pieces > MAX_PIECES_IN_INDEX) {
        putIndex(next);
        next.clear();
        pieces = 0;
      }
    }
    if (!next.isEmpty()) {
      putIndex(next);
    }
    if (!replaced.isEmpty()) {
      store.objects().delete(replaced.stream().map(Names::index).toList());
    }
  }

  private void putIndex(List<PackContents> packs) {
    ObjectName name = Names.index(store.settings().ids().get());
    byte[] content = store.format().get().packs().index(name, packs);
    store.objects().put(name, new ByteArrayInputStream(content));
  }

  private List<PackContents> index(String id) {
    Optional<InputStream> content = store.objects().read(Names.index(id), ByteRange.ALL);
    if (content.isEmpty()) {
      return List.of(); // another collector replaced it
    }
    try (InputStream in = content.get()) {
      return store.format().get().packs().readIndex(Names.index(id), in.readAllBytes());
    } catch (IOException e) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT, "reading '" + Names.index(id) + "' failed: " + e, e);
    }
  }

  private void delete(Set<String> packs) {
    List<String> all = List.copyOf(packs);
    for (int from = 0; from < all.size(); from += DELETE_BATCH) {
      store
          .objects()
          .delete(
              all.subList(from, Math.min(all.size(), from + DELETE_BATCH)).stream()
                  .map(Names::pack)
                  .toList());
    }
  }
}
