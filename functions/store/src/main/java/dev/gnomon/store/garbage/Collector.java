package dev.gnomon.store.garbage;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.garbage.GarbagePlan.Dead;
import dev.gnomon.store.points.MarkRecords;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Expires points and collects packs that no root needs any more.
///
/// A pack is condemned when no root counts on any of its blobs and it is older than the grace time
/// (so no capture that may still commit wrote it); it is deleted a grace time after the condemned
/// list became visible, if that is still so. Of packs that are mostly dead, what lives is copied
/// first. The grace time is the longest of this process, its caller and the writers that recorded
/// theirs in the store. Index objects that name deleted packs are replaced first. Every step may
/// run twice, beside another one, or be killed; docs/STORE-FORMAT.md, section Garbage, has the
/// argument.
public final class Collector implements Expiry {
  private static final int DELETE_BATCH = 1000;

  private final StoreParts store;
  private final CollectLimits limits;
  private final Path temporary;

  public Collector(StoreParts store) {
    this(store, CollectLimits.DEFAULT, Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
  }

  /// @param temporary where working files are made, about 100 bytes for each chunk of the store
  public Collector(StoreParts store, CollectLimits limits, Path temporary) {
    this.store = store;
    this.limits = limits;
    this.temporary = temporary;
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
    return execute(plan(grace));
  }

  @Override
  public boolean collectionDue(Duration grace) {
    return store.condemned().anyOpen(store.objects().time().minus(longer(grace)));
  }

  /// What one step would do. Reads all trees and index objects; changes nothing.
  ///
  /// @param grace see [#collect]
  public GarbagePlan plan(Duration grace) {
    store.format().checkReadable();
    Duration longest = longer(grace);
    return DeepStack.call(
        "collect", () -> new GarbagePlanning(store, limits, temporary).plan(longest));
  }

  /// Carries out a plan, unless it is older than half its grace time.
  public CollectReport execute(GarbagePlan plan) {
    inTime(plan);
    Set<String> gone = new HashSet<>();
    plan.delete().forEach(pack -> gone.add(pack.pack()));
    new IndexReplacement(store).carryOut(plan.index(), gone);
    delete(plan);
    plan.ending().forEach(round -> store.condemned().end(round, plan.time()));

    List<String> dead = new ArrayList<>(plan.condemn().stream().map(Dead::pack).toList());
    dead.addAll(new Repacking(store).copy(plan.repack()));
    inTime(plan);
    if (!dead.isEmpty()) {
      store.condemned().publish(plan.time(), dead);
    }
    Instant before = plan.time().minus(plan.grace());
    store.points().sweepMarkers(before);
    store.marks().sweep(before);
    store.jobs().sweep(before);
    store.condemned().sweep(before);
    store.graces().sweep(plan.time());
    return new CollectReport(dead.size(), gone.size(), plan.freesNow());
  }

  private Duration longer(Duration grace) {
    Duration own = grace.compareTo(store.settings().grace()) > 0 ? grace : store.settings().grace();
    return store.graces().longest(own, store.objects().time());
  }

  /// A pack may be superfluous because another one has the same blobs; that other one may be
  /// condemned a grace time from the look at the lists at the earliest to be deleted.
  private void inTime(GarbagePlan plan) {
    Duration age = Duration.between(plan.time(), store.objects().time());
    if (age.compareTo(plan.grace().dividedBy(2)) >= 0) {
      throw new ObjectStoreException(
          ObjectStoreException.Kind.TRANSIENT,
          "the collection took longer than half the grace time (%s of %s): it has to begin again"
              .formatted(age, plan.grace()));
    }
  }

  private void delete(GarbagePlan plan) {
    List<Dead> all = plan.delete();
    for (int from = 0; from < all.size(); from += DELETE_BATCH) {
      inTime(plan);
      List<Dead> batch = all.subList(from, Math.min(all.size(), from + DELETE_BATCH));
      store.objects().delete(batch.stream().map(pack -> Names.pack(pack.pack())).toList());
    }
  }
}
