package dev.gnomon.filesystem.mirror;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror.Control;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.filesystem.mirror.FileCopy.Way;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;

/// Brings files and symbolic links over.
final class Leaves {
  private final Known known;
  private final LinkedNames linked;
  private final Workers workers;
  private final FileCopy copy;
  private final Places places;
  private final Depth depth;
  private final Control control;
  private final Tally tally;
  private final Metadata metadata;
  private final boolean whole;
  private final long began;
  private final Consumer<String> touched;

  /// @param whole whether every entry of the trees is met in this round
  /// @param touched told of directories of the replica in which something changes
  Leaves(
      Known known,
      LinkedNames linked,
      Workers workers,
      FileCopy copy,
      Places places,
      Depth depth,
      Control control,
      Tally tally,
      boolean whole,
      Consumer<String> touched) {
    this.known = known;
    this.linked = linked;
    this.workers = workers;
    this.copy = copy;
    this.places = places;
    this.depth = depth;
    this.control = control;
    this.tally = tally;
    this.metadata = new Metadata(tally);
    this.whole = whole;
    this.began = copy.nowMillis();
    this.touched = touched;
  }

  /// One entry that both sides may have.
  record Leaf(Pair at, String name, String path, Stat from, Optional<Stat> there) {
    Optional<Stat> file() {
      return there.filter(Stat::isFile);
    }
  }

  void symlink(Leaf leaf) throws IOException {
    boolean believed = leaf.there().isPresent() && known.equal(leaf.from(), leaf.there().get());
    if (believed && depth == Depth.STATS) {
      return;
    }
    int target = leaf.at().target;
    String wanted = Entries.target(leaf.at().source, leaf.name(), leaf.path());
    Optional<Stat> link = leaf.there().filter(Stat::isSymlink);
    if (link.isPresent() && Entries.target(target, leaf.name(), leaf.path()).equals(wanted)) {
      metadata.bring(leaf.at(), leaf.name(), leaf.from(), leaf.name(), link.get(), leaf.path());
      tally.changed(leaf.from());
    } else {
      String temporary = copy.temporaryName();
      Entries.symlink(wanted, target, temporary, leaf.path());
      try {
        Stat made = Stat.of(target, temporary, leaf.path()).orElseThrow();
        metadata.bring(leaf.at(), leaf.name(), leaf.from(), temporary, made, leaf.path());
        Entries.rename(target, temporary, target, leaf.name(), leaf.path());
      } catch (IOException e) {
        boolean ignored = Entries.remove(target, temporary, leaf.path());
        throw e;
      }
      touched.accept(RawName.parent(leaf.path()));
      tally.wrote(leaf.from(), 0);
    }
    remember(leaf.from(), Stat.of(target, leaf.name(), leaf.path()));
  }

  /// Remembers that a directory or a symbolic link is equal, if it had rested when the round began:
  /// an attribute that is changed within the same tick as what was seen, or another link that got
  /// the inode, leaves no trace in the stat.
  void remember(Stat from, Optional<Stat> now) throws IOException {
    if (now.isPresent() && !copy.mayBeYounger(from, began)) {
      known.put(from, now.get());
    }
  }

  void file(Leaf leaf) throws IOException {
    if (leaf.from().links() > 1) {
      linkedFile(leaf);
      return;
    }
    linked.forget(leaf.from().inode());
    boolean shared = leaf.file().filter(stat -> stat.links() > 1).isPresent();
    if (shared) {
      losesName(leaf.file().orElseThrow(), leaf.path());
    }
    boolean believed = believed(leaf);
    if (believed && !shared && depth == Depth.STATS) {
      return;
    }
    touched.accept(RawName.parent(leaf.path()));
    Pair at = leaf.at().shared();
    workers.submit(() -> {
      try (at) {
        tally.attempt(
            leaf.path(),
            () ->
                copy.bring(
                    leaf, shared ? Way.ANEW : Way.EITHER, believed, tally, control::stopped));
      }
    });
  }

  private boolean believed(Leaf leaf) {
    return leaf.there().isPresent() && known.equal(leaf.from(), leaf.there().get());
  }

  /// A file with several names. The inode of the replica that holds its content is changed in
  /// place, so that all names go with it; a name that leads elsewhere is made a further one of it.
  /// An inode that may also belong to another file is never written to. Done by the walking thread:
  /// the order matters.
  private void linkedFile(Leaf leaf) throws IOException {
    long source = leaf.from().inode();
    OptionalLong holder = linked.target(source);
    if (whole) {
      linked.met(source, leaf.path(), leaf.from().links(), !copy.mayBeYounger(leaf.from(), began));
    } else if (!linked.add(source, leaf.path(), leaf.from().links())) {
      tally.unsettled(Change.EVERYTHING); // a name that it had before is known to nobody
      return;
    }
    if (leaf.file().isPresent() && mayHold(leaf.file().get(), source, holder)) {
      linked.claim(source, leaf.file().get().inode());
      inPlace(leaf);
      return;
    }
    leaf.file().ifPresent(there -> losesName(there, leaf.path()));
    touched.accept(RawName.parent(leaf.path()));
    if (holder.isPresent()) {
      for (String other : linked.others(source, leaf.path())) {
        if (joined(leaf, other, source, holder.getAsLong())) {
          tally.wrote(leaf.from(), 0);
          inPlace(
              new Leaf(
                  leaf.at(),
                  leaf.name(),
                  leaf.path(),
                  leaf.from(),
                  Stat.of(leaf.at().target, leaf.name(), leaf.path())));
          return;
        }
      }
    }
    copy.bring(leaf, Way.ANEW, false, tally, control::stopped);
    Optional<Stat> made = Stat.of(leaf.at().target, leaf.name(), leaf.path());
    if (made.isPresent()) {
      linked.claim(source, made.get().inode());
      if (!whole) {
        othersFollow(leaf, source, made.get().inode());
      }
    }
  }

  /// A file of the replica is to lose a name. What was written to its counterpart by that name was
  /// told of that name alone: the other names are looked at, too.
  void losesName(Stat there, String path) {
    if (!whole && there.isFile() && there.links() > 1) {
      linked.othersOfCopy(there.inode(), path).forEach(other -> tally.unsettled(Change.of(other)));
    }
  }

  private boolean mayHold(Stat there, long source, OptionalLong holder) {
    if (holder.isPresent()) {
      return holder.getAsLong() == there.inode();
    }
    return (whole || there.links() == 1) && !linked.isOfAnother(there.inode(), source);
  }

  private void inPlace(Leaf leaf) throws IOException {
    boolean believed = believed(leaf);
    if (!believed || depth == Depth.CONTENT) {
      touched.accept(RawName.parent(leaf.path()));
      copy.bring(leaf, Way.IN_PLACE, believed, tally, control::stopped);
    }
  }

  /// Makes an entry a further name of the file that another name leads to, if that is still so on
  /// both sides.
  private boolean joined(Leaf leaf, String other, long source, long holder) throws IOException {
    Optional<Pair> open = places.open(RawName.parent(other));
    if (open.isEmpty()) {
      return false;
    }
    try (Pair pair = open.get()) {
      String name = RawName.last(other);
      if (!leads(pair.source, name, other, source) || !leads(pair.target, name, other, holder)) {
        return false;
      }
      link(pair.target, name, leaf.at().target, leaf.name(), leaf.path());
      return true;
    }
  }

  private boolean leads(int at, String name, String path, long inode) throws IOException {
    return Stat.of(at, name, path).filter(stat -> stat.inode() == inode).isPresent();
  }

  /// The other names still lead to what the file was in the replica.
  private void othersFollow(Leaf leaf, long source, long made) throws IOException {
    for (String other : linked.others(source, leaf.path())) {
      Optional<Pair> open = places.open(RawName.parent(other));
      if (open.isEmpty()) {
        continue;
      }
      try (Pair pair = open.get()) {
        String name = RawName.last(other);
        if (leads(pair.source, name, other, source) && !leads(pair.target, name, other, made)) {
          link(leaf.at().target, leaf.name(), pair.target, name, other);
          touched.accept(RawName.parent(other));
        }
      }
    }
  }

  private void link(int from, String name, int to, String newName, String path) throws IOException {
    String temporary = copy.temporaryName();
    Entries.link(from, name, to, temporary, path);
    try {
      Entries.rename(to, temporary, to, newName, path);
    } finally {
      // A rename between two names of one file does nothing.
      boolean ignored = Entries.remove(to, temporary, path);
    }
  }
}
