package dev.gnomon.store.garbage;

import dev.gnomon.store.garbage.GarbagePlan.IndexPlan;
import dev.gnomon.store.marks.IndexReading;
import dev.gnomon.store.marks.IndexReading.Entry;
import dev.gnomon.store.marks.PackTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Says which index objects are written anew: those that name packs which go, many small ones as
/// few, and those that name the same pack as others do, which a run leaves that was killed between
/// storing the new one and deleting the old ones.
final class IndexPlanning {
  private static final int MAX_SMALL_INDEXES = 64;
  private static final int SMALL_PIECES = IndexReplacement.MAX_PIECES / 4;

  private final IndexReading read;
  private final PackTable packs;
  private final List<Entry> entries;

  IndexPlanning(IndexReading read, PackTable packs) {
    this.read = read;
    this.packs = packs;
    this.entries = List.copyOf(read.objects().values());
  }

  /// @param gone packs that are deleted
  IndexPlan plan(Set<Integer> gone) {
    List<List<String>> replace = new ArrayList<>();
    Set<String> merged = new HashSet<>();
    for (List<Entry> group : groups()) {
      if (group.size() > 1) {
        replace.add(group.stream().map(Entry::id).toList());
        group.forEach(entry -> merged.add(entry.id()));
      }
    }
    for (Entry entry : entries) {
      if (!merged.contains(entry.id()) && names(entry, gone)) {
        replace.add(List.of(entry.id()));
      }
    }
    return new IndexPlan(replace, read.damaged().keySet(), recovered());
  }

  private static boolean names(Entry entry, Set<Integer> gone) {
    for (int pack : entry.packs()) {
      if (gone.contains(pack)) {
        return true;
      }
    }
    return false;
  }

  /// Packs that no readable index object names: those that are needed, and before damaged index
  /// objects are deleted all. A capture under way may rely on what one of them named.
  private Set<String> recovered() {
    Set<String> recovered = new HashSet<>();
    for (String name : read.unnamed()) {
      boolean needed = packs.livePieces(packs.find(name)) > 0;
      if ((needed || !read.damaged().isEmpty()) && !read.damagedPacks().containsKey(name)) {
        recovered.add(name);
      }
    }
    return recovered;
  }

  /// Those that name the same pack stand beside each other, the largest first: what the others add
  /// to it is little or nothing, so they fit into one group.
  private List<List<Entry>> groups() {
    int[] family = families();
    int[] members = new int[entries.size()];
    for (int i = 0; i < entries.size(); i++) {
      members[root(family, i)]++;
    }
    boolean manySmall = entries.stream().filter(IndexPlanning::isSmall).count() > MAX_SMALL_INDEXES;
    List<Integer> candidates = new ArrayList<>();
    for (int i = 0; i < entries.size(); i++) {
      if (members[root(family, i)] > 1 || (manySmall && isSmall(entries.get(i)))) {
        candidates.add(i);
      }
    }
    candidates.sort(
        Comparator.comparingInt((Integer i) -> root(family, i))
            .thenComparing(i -> entries.get(i).pieces(), Comparator.reverseOrder()));
    List<List<Entry>> groups = new ArrayList<>();
    Set<Integer> named = new HashSet<>();
    int pieces = 0;
    for (int i : candidates) {
      Entry entry = entries.get(i);
      int added = added(entry, named);
      if (groups.isEmpty() || (added > 0 && pieces + added > IndexReplacement.MAX_PIECES)) {
        groups.add(new ArrayList<>());
        named.clear();
        pieces = 0;
        added = entry.pieces();
      }
      groups.getLast().add(entry);
      pieces += added;
      for (int pack : entry.packs()) {
        named.add(pack);
      }
    }
    return groups;
  }

  private static boolean isSmall(Entry entry) {
    return entry.pieces() < SMALL_PIECES;
  }

  private static int added(Entry entry, Set<Integer> named) {
    int added = 0;
    for (int i = 0; i < entry.packs().length; i++) {
      if (!named.contains(entry.packs()[i])) {
        added += entry.counts()[i];
      }
    }
    return added;
  }

  /// For each index object another one that names a pack which it names too, or itself: a forest
  /// whose trees hang together by packs.
  private int[] families() {
    int[] family = new int[entries.size()];
    int[] namedBy = new int[packs.size()];
    for (int i = 0; i < family.length; i++) {
      family[i] = i;
      for (int pack : entries.get(i).packs()) {
        if (namedBy[pack] == 0) {
          namedBy[pack] = i + 1;
        } else {
          int one = root(family, i);
          int other = root(family, namedBy[pack] - 1);
          family[Math.max(one, other)] = Math.min(one, other);
        }
      }
    }
    return family;
  }

  private static int root(int[] family, int member) {
    int at = member;
    while (family[at] != at) {
      family[at] = family[family[at]];
      at = family[at];
    }
    return at;
  }
}
