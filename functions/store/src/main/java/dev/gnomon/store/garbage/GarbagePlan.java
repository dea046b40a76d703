package dev.gnomon.store.garbage;

import dev.gnomon.store.marks.Marking.Live;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/// What a step of garbage collection is going to do, and why that is all. A value: making it
/// changes nothing.
///
/// @param time when the look at the store began, by its clock
/// @param grace between condemning and deleting
/// @param roots that were walked
/// @param packs in the store
/// @param packBytes that they take
/// @param deadBytes of packs that no root needs and of what is dead in the others
/// @param delete packs whose grace time is over
/// @param condemn packs that no root needs
/// @param young packs that no root needs and that are too young: somebody may be about to need them
/// @param repack packs of which most is dead: what lives is copied, then they are condemned
/// @param waiting packs that are condemned already and not yet due
/// @param ending rounds that end with this step
/// @param index which index objects are written anew
public record GarbagePlan(
    Instant time,
    Duration grace,
    long roots,
    long packs,
    long packBytes,
    long deadBytes,
    List<Dead> delete,
    List<Dead> condemn,
    Amount young,
    List<Partly> repack,
    List<Waiting> waiting,
    List<Long> ending,
    IndexPlan index) {

  public GarbagePlan {
    delete = List.copyOf(delete);
    condemn = List.copyOf(condemn);
    repack = List.copyOf(repack);
    waiting = List.copyOf(waiting);
    ending = List.copyOf(ending);
  }

  /// A pack that nobody needs.
  public record Dead(String pack, long bytes) {}

  /// A pack that is needed in part.
  ///
  /// @param live what is needed of it
  public record Partly(String pack, long bytes, long liveBytes, List<Live> live) {
    public Partly {
      live = List.copyOf(live);
    }
  }

  /// @param due the earliest moment at which they can be deleted
  public record Waiting(Instant due, Amount amount) {}

  public record Amount(long packs, long bytes) {}

  /// Index objects to write anew.
  ///
  /// @param replace ids, in groups that become one each
  /// @param damaged ids of those that can't be read and are made up for by trailers
  /// @param recovered packs that no readable index object names and that are to be indexed by their
  ///   trailers: those that are needed, and before damaged ones are deleted all
  public record IndexPlan(List<List<String>> replace, Set<String> damaged, Set<String> recovered) {
    public IndexPlan {
      replace = List.copyOf(replace);
      damaged = Set.copyOf(damaged);
      recovered = Set.copyOf(recovered);
    }
  }

  /// Bytes that this step frees.
  public long freesNow() {
    return delete.stream().mapToLong(Dead::bytes).sum();
  }

  /// Bytes that will be free a grace time after this step, less what repacking copies.
  public long freesLater() {
    return condemn.stream().mapToLong(Dead::bytes).sum()
        + repack.stream().mapToLong(pack -> pack.bytes() - pack.liveBytes()).sum();
  }
}
