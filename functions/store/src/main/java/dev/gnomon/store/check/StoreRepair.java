package dev.gnomon.store.check;

import dev.gnomon.core.catalogue.Compression;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.BlobTable;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.blobs.PackContents;
import dev.gnomon.store.garbage.IndexReplacement;
import dev.gnomon.store.marks.Marking.Live;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/// Makes lost blobs anew from the stores of other cells, and index objects from trailers. Nothing
/// is deleted or written over: new packs and index objects are added, and damaged packs are
/// condemned after that, so that writers keep off them and a later collection takes them. Safe
/// beside captures and collections; a repair that was killed is run again.
public final class StoreRepair {
  private static final int MAX_ROUNDS = 10;

  private final StoreParts store;
  private final List<Twin> twins = new ArrayList<>();
  private final StoreCheck check;

  /// @param temporary where working files are made
  public StoreRepair(StoreParts store, Path temporary) {
    this.store = store;
    this.check = new StoreCheck(store, temporary);
  }

  /// Adds a store to get blobs from.
  ///
  /// @param title how people call it
  public StoreRepair from(String title, StoreParts other) {
    twins.add(new Twin(title, store, other));
    return this;
  }

  /// What can be done; reads the whole store and what it needs of the others.
  public RepairPlan plan(StoreCheck.Progress progress) {
    store.format().get();
    return DeepStack.call("repair-plan", () -> planned(progress));
  }

  /// Carries a plan out, and goes on while a further look finds what it hid: a directory that could
  /// not be read may lack more below.
  public RepairReport execute(RepairPlan plan, StoreCheck.Progress progress) {
    long fetched = 0;
    long bytes = 0;
    long copied = 0;
    long indexed = 0;
    RepairPlan next = plan;
    for (int round = 0; round < MAX_ROUNDS && !next.isEmpty(); round++) {
      RepairPlan now = next;
      Carried carried = DeepStack.call("repair", () -> carryOut(now));
      fetched += carried.fetched();
      bytes += carried.bytes();
      copied += carried.copied();
      indexed += now.index().size();
      next = plan(progress);
      if (carried.fetched() == 0 && next.fetch().size() == now.fetch().size()) {
        break;
      }
    }
    return new RepairReport(fetched, bytes, copied, indexed, next.found());
  }

  private RepairPlan planned(StoreCheck.Progress progress) {
    StoreCheck.Outcome outcome = check.run(new ReadSample(100, 0), progress, new Findings());
    CheckReport found = outcome.report();
    Set<Hash> wanted = new LinkedHashSet<>(found.lost());
    Map<Hash, String> fetch = new HashMap<>();
    for (Twin twin : twins) {
      twin.find(
          wanted,
          trees(outcome.live()),
          found.hurt(),
          (hash, content, kind) -> fetch.put(hash, twin.title()));
    }
    List<Live> copy =
        outcome.live().stream().filter(blob -> !found.lost().contains(blob.hash())).toList();
    Set<String> supersede = new TreeSet<>(outcome.broken());
    supersede.removeIf(pack -> store.objects().stat(Names.pack(pack)).isEmpty());
    return new RepairPlan(found, fetch, copy, supersede, outcome.unindexed(), wanted);
  }

  private static Set<Hash> trees(List<Live> live) {
    Set<Hash> trees = new HashSet<>();
    live.stream().filter(Live::tree).forEach(blob -> trees.add(blob.hash()));
    return trees;
  }

  private record Carried(long fetched, long bytes, long copied) {}

  private Carried carryOut(RepairPlan plan) {
    List<PackContents> named = new ArrayList<>();
    for (String pack : plan.index()) {
      try {
        store
            .objects()
            .stat(Names.pack(pack))
            .map(stat ->
                BlobTable.trailer(store.objects(), store.format().get(), pack, stat.sizeBytes()))
            .ifPresent(named::add);
      } catch (BlobFault e) {
        // what it held is lost, and named as such
      }
    }
    new IndexReplacement(store).put(named);
    BlobSession session = store.copies(Compression.ZSTD);
    List<Hash> stored = new ArrayList<>();
    long copied = copy(plan, session, stored);
    long[] fetched = new long[2];
    Map<String, Set<Hash>> bySource = new TreeMap<>();
    plan.fetch()
        .forEach((hash, from) -> bySource.computeIfAbsent(from, f -> new HashSet<>()).add(hash));
    for (Twin twin : twins) {
      twin.find(
          bySource.getOrDefault(twin.title(), Set.of()),
          trees(plan.copy()),
          plan.found().hurt(),
          (hash, content, kind) -> {
            stored.add(BlobSession.join(session.store(content, content.length, kind)));
            fetched[0]++;
            fetched[1] += content.length;
          });
    }
    session.publish();
    for (Hash hash : stored) {
      session.read(hash); // checks it against its id
    }
    if (!stored.isEmpty() && !plan.supersede().isEmpty()) {
      store.condemned().publish(store.objects().time(), plan.supersede());
    }
    return new Carried(fetched[0], fetched[1], copied);
  }

  private long copy(RepairPlan plan, BlobSession session, List<Hash> stored) {
    BlobReader reader = store.reader(store.newTable());
    long copied = 0;
    for (Live blob : plan.copy()) {
      try {
        byte[] content = reader.read(blob.hash());
        BlobSession.Kind kind = blob.tree() ? BlobSession.Kind.TREE : BlobSession.Kind.DATA;
        stored.add(BlobSession.join(session.store(content, content.length, kind)));
        copied++;
      } catch (BlobFault e) {
        // of a trailer only: the next look names it as lost
      }
    }
    return copied;
  }
}
