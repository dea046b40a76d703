package dev.gnomon.store.check;

import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.marks.Marking.Live;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What a repair is going to do. A value: making it changes nothing.
///
/// @param found what was found damaged
/// @param fetch lost blobs that another store has, with the name of that store
/// @param copy blobs that are whole and lie in damaged packs: they go to new packs too, so that
///   nobody counts on the damaged ones any more
/// @param supersede those damaged packs: they are condemned, so that no writer relies on them and a
///   later collection takes them once nobody needs them
/// @param index packs that are needed and no index object names; their trailers say what they hold
/// @param unrepairable lost blobs that no store has
public record RepairPlan(
    CheckReport found,
    Map<Hash, String> fetch,
    List<Live> copy,
    Set<String> supersede,
    Set<String> index,
    Set<Hash> unrepairable) {
  public RepairPlan {
    fetch = Map.copyOf(fetch);
    copy = List.copyOf(copy);
    supersede = Set.copyOf(supersede);
    index = Set.copyOf(index);
    unrepairable = Set.copyOf(unrepairable);
  }

  /// Whether there is nothing that this can do.
  public boolean isEmpty() {
    return fetch.isEmpty() && copy.isEmpty() && index.isEmpty();
  }
}
