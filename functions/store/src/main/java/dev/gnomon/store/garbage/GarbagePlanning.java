package dev.gnomon.store.garbage;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.garbage.CondemnedLists.Round;
import dev.gnomon.store.garbage.GarbagePlan.Amount;
import dev.gnomon.store.garbage.GarbagePlan.Dead;
import dev.gnomon.store.garbage.GarbagePlan.IndexPlan;
import dev.gnomon.store.garbage.GarbagePlan.Partly;
import dev.gnomon.store.garbage.GarbagePlan.Waiting;
import dev.gnomon.store.marks.Marking;
import dev.gnomon.store.marks.PackTable;
import dev.gnomon.store.marks.Sufferers;
import dev.gnomon.store.roots.Root;
import dev.gnomon.store.roots.RootKind;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Looks at a store and says what can go. Changes nothing.
final class GarbagePlanning {
  private final StoreParts store;
  private final CollectLimits limits;
  private final Path temporary;

  GarbagePlanning(StoreParts store, CollectLimits limits, Path temporary) {
    this.store = store;
    this.limits = limits;
    this.temporary = temporary;
  }

  /// @throws DamagedPointException if a point needs what can't be read or is not there
  /// @throws BlobFault if another root does
  GarbagePlan plan(Duration grace) {
    Instant now = store.objects().time();
    List<Round> open = store.condemned().open();
    Set<String> condemned = new HashSet<>();
    open.forEach(round -> condemned.addAll(round.condemned().packs()));
    try (Marking marking = Marking.of(store, temporary, condemned, new Stop())) {
      refuseIfAnyIsMissing(marking);
      return new Decision(marking, now, grace, open).plan();
    }
  }

  /// Nothing is dead for sure while somebody's needs are not known.
  private static final class Stop implements Marking.Faults {
    @Override
    public void fault(Root root, String path, BlobFault fault) {
      throw stopped(
          root.point(),
          "nothing is collected while %s is damaged at '%s': %s"
              .formatted(root.title(), RawName.display(path), fault.getMessage()));
    }

    @Override
    public void unreadable(RootKind kind, ObjectName name, BlobFault fault) {
      throw stopped(
          kind.point(name),
          "nothing is collected while a %s can't be read ('%s'): %s"
              .formatted(kind.word(), name, fault.getMessage()));
    }
  }

  private void refuseIfAnyIsMissing(Marking marking) {
    if (marking.missing().isEmpty()) {
      return;
    }
    BlobReader reader = marking.reader();
    List<Sufferers.Hurt> hurt =
        new Sufferers(store, reader::read, hash -> marking.missing().contains(hash.toString()), 1)
            .find();
    String chunk = marking.missing().first();
    if (hurt.isEmpty()) { // the points that needed it expired while this ran
      throw new BlobFault("nothing is collected: chunk " + chunk + " was needed and is missing");
    }
    Sufferers.Hurt first = hurt.getFirst();
    throw stopped(
        first.point(),
        "nothing is collected while %s is damaged at '%s': no pack has chunk %s"
            .formatted(
                first.root(),
                RawName.display(first.paths().isEmpty() ? "" : first.paths().getFirst()),
                chunk));
  }

  private static RuntimeException stopped(Optional<PointId> point, String message) {
    return point.isPresent()
        ? new DamagedPointException(point.get(), message)
        : new BlobFault(message);
  }

  /// What is to be done about one marking.
  private final class Decision {
    private final Marking marking;
    private final PackTable packs;
    private final Instant now;
    private final Duration grace;
    private final List<Round> open;

    Decision(Marking marking, Instant now, Duration grace, List<Round> open) {
      this.marking = marking;
      this.packs = marking.packs();
      this.now = now;
      this.grace = grace;
      this.open = open;
    }

    GarbagePlan plan() {
      List<Long> ending = new ArrayList<>();
      Set<String> due = due(ending);
      List<Dead> delete = new ArrayList<>();
      List<Dead> condemn = new ArrayList<>();
      List<Partly> partly = new ArrayList<>();
      long[] all = new long[5]; // packs, bytes, dead bytes, young packs, their bytes
      packs.each(pack -> {
        long bytes = packs.sizeBytes(pack);
        all[0]++;
        all[1] += bytes;
        all[2] += packs.livePieces(pack) > 0 ? dead(pack) : bytes;
        boolean old = packs.modified(pack).isBefore(now.minus(grace));
        if (packs.livePieces(pack) > 0) {
          if (old && !packs.isCondemned(pack) && isWorthRepacking(pack)) {
            String name = packs.name(pack);
            partly.add(new Partly(name, bytes, packs.liveBytes(pack), List.of()));
          }
        } else if (packs.isCondemned(pack)) {
          if (due.contains(packs.name(pack))) {
            delete.add(new Dead(packs.name(pack), bytes));
          }
        } else if (!old) {
          all[3]++;
          all[4] += bytes;
        } else if (condemn.size() < limits.packs()) {
          condemn.add(new Dead(packs.name(pack), bytes));
        }
      });
      return new GarbagePlan(
          now,
          grace,
          marking.roots(),
          all[0],
          all[1],
          all[2],
          delete,
          condemn,
          new Amount(all[3], all[4]),
          chosen(partly),
          waiting(due),
          ending,
          index(delete));
    }

    /// Packs of rounds that were published longer than the grace time ago.
    private Set<String> due(List<Long> ending) {
      Set<String> due = new HashSet<>();
      for (Round round : open) {
        List<String> condemned = round.condemned().packs();
        if (round.published().isBefore(now.minus(grace))
            && (due.isEmpty() || due.size() + condemned.size() <= limits.packs())) {
          due.addAll(condemned);
          ending.add(round.number());
        }
      }
      return due;
    }

    private List<Waiting> waiting(Set<String> due) {
      List<Waiting> waiting = new ArrayList<>();
      for (Round round : open) {
        long count = 0;
        long bytes = 0;
        for (String name : round.condemned().packs()) {
          int pack = packs.find(name);
          if (pack >= 0 && packs.isListed(pack) && !due.contains(name)) {
            count++;
            bytes += packs.sizeBytes(pack);
          }
        }
        if (count > 0) {
          waiting.add(new Waiting(round.published().plus(grace), new Amount(count, bytes)));
        }
      }
      return waiting;
    }

    private boolean isWorthRepacking(int pack) {
      long bytes = packs.sizeBytes(pack);
      return dead(pack) * 100 >= bytes * limits.repackDeadPercent();
    }

    /// What a copy of the living part would save: not its share of the trailer.
    private long dead(int pack) {
      long listed = (long) packs.livePieces(pack) * Marking.PIECE_IN_TRAILER_BYTES;
      return Math.max(0, packs.sizeBytes(pack) - packs.liveBytes(pack) - listed);
    }

    /// Those that free most for what they cost, with what is to be copied of them.
    private List<Partly> chosen(List<Partly> candidates) {
      candidates.sort(
          Comparator.comparingDouble((Partly pack) -> (double) pack.liveBytes() / pack.bytes())
              .thenComparing(Partly::pack));
      Map<String, List<Marking.Live>> live = new HashMap<>();
      List<Partly> chosen = new ArrayList<>();
      long bytes = 0;
      long pieces = 0;
      long freed = 0;
      for (Partly pack : candidates) {
        bytes += pack.liveBytes();
        pieces += packs.livePieces(packs.find(pack.pack()));
        if (bytes > limits.repackBytes() || pieces > limits.repackPieces()) {
          break;
        }
        freed += dead(packs.find(pack.pack()));
        chosen.add(pack);
        live.put(pack.pack(), new ArrayList<>());
      }
      if (freed < limits.repackLeastBytes()) {
        return List.of();
      }
      marking.eachLive(blob -> {
        List<Marking.Live> of = live.get(blob.place().pack());
        if (of != null) {
          of.add(blob);
        }
      });
      return chosen.stream()
          .map(pack ->
              new Partly(
                  pack.pack(),
                  pack.bytes(),
                  pack.liveBytes(),
                  live.getOrDefault(pack.pack(), List.of()).stream()
                      .sorted(Comparator.comparingInt((Marking.Live blob) -> blob.place().offset()))
                      .toList()))
          .toList();
    }

    private IndexPlan index(List<Dead> delete) {
      Set<Integer> gone = new HashSet<>();
      delete.forEach(pack -> gone.add(packs.find(pack.pack())));
      return new IndexPlanning(marking.index(), packs).plan(gone);
    }
  }
}
