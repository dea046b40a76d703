package dev.gnomon.filesystem.mirror;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Control;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.filesystem.mirror.Leaves.Leaf;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// One call of a mirror. Copies first and deletes last, when it is known how many files would be
/// left; the modes and times of directories come after that, the deepest first.
final class Round {
  private static final long BETWEEN_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /// Deletions that are remembered for the end; what is beyond is for the next round.
  private static final int MAX_REMEMBERED = 100_000;

  /// What all rounds of a mirror share.
  ///
  /// @param mark begins the names of this mirror's temporary files
  record Tools(
      Known known,
      LinkedNames linked,
      Workers workers,
      FileCopy copy,
      String mark,
      long sourceDevice,
      long targetDevice,
      long targetInode) {}

  private final Tools tools;
  private final Pair top;
  private final Depth depth;
  private final Control control;
  private final boolean whole;
  private final Tally tally = new Tally();
  private final Metadata metadata;
  private final Places places;
  private final Leaves leaves;

  /// Directories of the replica in which something changed.
  private final Set<String> touched = new LinkedHashSet<>();

  /// Paths of the replica that the source does not have.
  private final Set<String> surplus = new LinkedHashSet<>();

  /// What can be brought over only after something else was deleted.
  private final Set<String> after = new LinkedHashSet<>();

  private long met;
  private long files;
  private long made;

  /// Files of the replica that were to be deleted until it was seen that the source has them again.
  private long spared;

  private long nextBetween = System.nanoTime() + BETWEEN_NANOS;

  Round(Tools tools, Pair top, Depth depth, Control control, boolean whole) {
    this.tools = tools;
    this.top = top;
    this.depth = depth;
    this.control = control;
    this.whole = whole;
    this.metadata = new Metadata(tally);
    this.places = new Places(top, tools.targetDevice(), touched::add, this::losesName);
    this.leaves =
        new Leaves(
            tools.known(),
            tools.linked(),
            tools.workers(),
            tools.copy(),
            places,
            depth,
            control,
            tally,
            whole,
            touched::add);
  }

  private void losesName(Stat there, String path) {
    leaves.losesName(there, path);
  }

  /// Entries of the source that were met.
  long met() {
    return met;
  }

  Brought everything() {
    touched.add("");
    tally.attempt("", () -> directory(top, ""));
    tools.workers().join();
    long left = files;
    finish(surplus.isEmpty() || control.stopped() || control.mayShrinkTo(left));
    return tally.brought(!control.stopped(), left + spared);
  }

  /// @param before regular files that the replica has
  Brought changed(List<Change> changes, long before) {
    for (Change change : changes) {
      change.movedFrom().ifPresent(from -> move(from, change.path()));
    }
    List<Change> ordered = new ArrayList<>(changes);
    ordered.sort(Comparator.comparing(Change::path));
    Set<String> covered = new HashSet<>();
    for (Change change : ordered) {
      if (control.stopped()) {
        tally.unsettled(change);
      } else if (!isCovered(covered, change.path())) {
        boolean below = change.below() || change.movedFrom().isPresent();
        if (below) {
          covered.add(change.path());
        }
        one(change.path(), below);
      }
    }
    tools.workers().join();
    long left = before + made - surplusFiles();
    boolean may = surplus.isEmpty() || control.stopped() || control.mayShrinkTo(left);
    finish(may);
    return tally.brought(!control.stopped(), may ? left + spared : before + made);
  }

  private static boolean isCovered(Set<String> covered, String path) {
    String up = path;
    while (!covered.contains(up)) {
      if (up.isEmpty()) {
        return false;
      }
      up = RawName.parent(up);
    }
    return true;
  }

  private long surplusFiles() {
    long[] gone = {0};
    surplus.forEach(path -> tally.attempt(path, () -> gone[0] += places.count(path)));
    return gone[0];
  }

  private void finish(boolean mayDelete) {
    if (control.stopped()) {
      after.forEach(path -> tally.unsettled(Change.below(path)));
    } else if (mayDelete) {
      surplus.forEach(path -> tally.attempt(path, () -> delete(path)));
      List.copyOf(after).forEach(path -> one(path, true));
      tools.workers().join();
    } else {
      tally.keptBack(Math.max(1, surplusFiles()));
    }
    List<String> deepestFirst = new ArrayList<>(touched);
    deepestFirst.sort(Comparator.comparingInt(Round::depthOf).reversed());
    deepestFirst.forEach(path -> tally.attempt(path, () -> ownMetadata(path)));
  }

  /// The source may have it again since it was found missing there: then a round in between has
  /// brought it over and nobody tells of it once more, so it is not deleted, or compared again.
  private void delete(String path) throws IOException {
    String name = RawName.last(path);
    Optional<Pair> at = places.open(RawName.parent(path));
    if (at.isPresent()) {
      try (Pair pair = at.get()) {
        Optional<Stat> source = kept(pair, name, path);
        Optional<Stat> there = Stat.of(pair.target, name, path);
        if (source.isPresent() && there.isPresent()) {
          if (!after.contains(path)) {
            tally.unsettled(Change.below(path));
          }
          if (!isInTheWay(there.get(), source.get())) {
            spared += places.count(path);
            return;
          }
        }
      }
    }
    tally.deleted(places.delete(path));
  }

  private static int depthOf(String path) {
    return path.isEmpty() ? 0 : path.split("/", -1).length;
  }

  // ---- one change

  /// What is told of a name may be a change of the directory that it is in, though the entry shows
  /// nothing of it: it came and went, went and came back, or was made anew. So that directory is
  /// always brought over, too.
  private void one(String path, boolean below) {
    tally.attempt(
        path,
        () -> {
          if (path.isEmpty()) {
            touched.add("");
            if (below) {
              directory(top, "");
            }
            return;
          }
          String parent = RawName.parent(path);
          Optional<Pair> at = places.open(parent);
          if (at.isEmpty()) {
            missingParent(parent);
            return;
          }
          try (Pair pair = at.get()) {
            touched.add(parent);
            entry(pair, parent, RawName.last(path), below);
          }
        });
  }

  /// The topmost directory that one of the sides lacks is brought over with all that is below.
  private void missingParent(String parent) throws IOException {
    String missing = parent;
    while (true) {
      String up = RawName.parent(missing);
      Optional<Pair> at = places.open(up);
      if (at.isPresent()) {
        try (Pair pair = at.get()) {
          touched.add(up);
          entry(pair, up, RawName.last(missing), true);
        }
        return;
      }
      missing = up;
    }
  }

  /// Does in the replica what was done in the source, if both sides look like it.
  private void move(String from, String to) {
    tally.attempt(
        to,
        () -> {
          Optional<Pair> old = places.open(RawName.parent(from));
          Optional<Pair> next = places.open(RawName.parent(to));
          try {
            if (old.isPresent() && next.isPresent()) {
              move(old.get(), from, next.get(), to);
            }
          } finally {
            old.ifPresent(Pair::close);
            next.ifPresent(Pair::close);
          }
        });
  }

  private void move(Pair old, String from, Pair next, String to) throws IOException {
    String name = RawName.last(from);
    String newName = RawName.last(to);
    Optional<Stat> moved = Stat.of(old.target, name, from);
    boolean alike =
        moved.isPresent()
            && Stat.of(old.source, name, from).isEmpty()
            && Stat.of(next.target, newName, to).isEmpty()
            && Stat.of(next.source, newName, to).filter(moved.get()::sameKind).isPresent();
    if (alike) {
      Entries.rename(old.target, name, next.target, newName, to);
      touched.add(RawName.parent(from));
      touched.add(RawName.parent(to));
    }
  }

  // ---- directories

  private void directory(Pair at, String path) throws IOException {
    List<String> from = Entries.names(at.source, path);
    List<String> to = Entries.names(at.target, path);
    int i = 0;
    int j = 0;
    while ((i < from.size() || j < to.size()) && !control.stopped()) {
      between();
      int order = i == from.size() ? 1 : j == to.size() ? -1 : from.get(i).compareTo(to.get(j));
      String name = order <= 0 ? from.get(i) : to.get(j);
      i += order <= 0 ? 1 : 0;
      j += order >= 0 ? 1 : 0;
      tally.attempt(RawName.join(path, name), () -> entry(at, path, name, true));
    }
  }

  private void between() {
    if (whole && System.nanoTime() - nextBetween >= 0) {
      tools.workers().join(); // nothing is half done while the caller has its turn
      control.between();
      nextBetween = System.nanoTime() + BETWEEN_NANOS;
    }
  }

  /// @param below whether to look into a directory that both sides have
  private void entry(Pair at, String parent, String name, boolean below) throws IOException {
    String path = RawName.join(parent, name);
    Optional<Stat> source = kept(at, name, path);
    Optional<Stat> there = Stat.of(at.target, name, path);
    if (source.isEmpty()) {
      there.ifPresent(stat -> extra(parent, name, path, stat));
      return;
    }
    met++;
    Stat from = source.get();
    files += from.isFile() ? 1 : 0;
    if (there.filter(stat -> isInTheWay(stat, from)).isPresent()) {
      surplus(path);
      after.add(path);
      touched.add(parent);
    } else if (from.isDirectory()) {
      subdirectory(at, parent, name, path, from, there, below);
    } else {
      made += from.isFile() && there.filter(Stat::isFile).isEmpty() ? 1 : 0;
      Leaf leaf = new Leaf(at, name, path, from, there);
      if (from.isSymlink()) {
        leaves.symlink(leaf);
      } else {
        leaves.file(leaf);
      }
    }
  }

  /// An entry of the source, if points hold such a one.
  private Optional<Stat> kept(Pair at, String name, String path) throws IOException {
    return Stat.of(at.source, name, path).filter(stat -> isKept(name, stat));
  }

  /// Whether an entry of the replica has to be deleted before the one of the source can come.
  private static boolean isInTheWay(Stat there, Stat from) {
    return !there.sameKind(from) && (from.isDirectory() || !isReplaceable(there));
  }

  private static boolean isReplaceable(Stat there) {
    return there.isFile() || there.isSymlink();
  }

  private boolean isKept(String name, Stat stat) {
    return !name.startsWith(DirectoryMirror.TEMPORARY)
        && !name.equals(DirectoryMirror.ASIDE)
        && (isReplaceable(stat) || (stat.isDirectory() && stat.device() == tools.sourceDevice()));
  }

  private void extra(String parent, String name, String path, Stat stat) {
    boolean ofAPoint =
        isReplaceable(stat) || (stat.isDirectory() && stat.device() == tools.targetDevice());
    if (ofAPoint && !name.startsWith(tools.mark()) && !name.equals(DirectoryMirror.ASIDE)) {
      surplus(path);
      touched.add(parent);
    }
  }

  private void surplus(String path) {
    if (surplus.size() >= MAX_REMEMBERED) {
      tally.unsettled(Change.EVERYTHING);
    } else {
      surplus.add(path);
    }
  }

  private void subdirectory(
      Pair at,
      String parent,
      String name,
      String path,
      Stat from,
      Optional<Stat> there,
      boolean below)
      throws IOException {
    if (from.device() == tools.targetDevice() && from.inode() == tools.targetInode()) {
      throw new IOException("it is the replica itself"); // or it would go on within itself
    }
    boolean fresh = there.isEmpty();
    if (fresh) {
      Entries.makeDirectory(at.target, name, path);
      touched.add(parent);
      touched.add(path);
      tally.changed(from);
    } else if (there.get().device() != tools.targetDevice()) {
      throw new IOException("another file system is mounted in the replica");
    }
    if (fresh || below) {
      try (Pair pair = places.below(at, name, path)) {
        directory(pair, path);
      }
    }
    if (!touched.contains(path) && !tools.known().equal(from, there.orElseThrow())) {
      metadata.bring(at, name, from, name, there.get(), path);
      tally.changed(from);
      leaves.remember(from, Stat.of(at.target, name, path));
    }
  }

  /// Modes and times of a directory in which something changed.
  private void ownMetadata(String path) throws IOException {
    Optional<Pair> open = places.open(path);
    if (open.isEmpty()) {
      return; // deleted, or it comes again
    }
    try (Pair pair = open.get()) {
      Stat from = Stat.of(pair.source, path);
      Stat there = Stat.of(pair.target, path);
      metadata.bring(pair, Metadata.ITSELF, from, Metadata.ITSELF, there, path);
      leaves.remember(from, Optional.of(Stat.of(pair.target, path)));
    }
  }
}
