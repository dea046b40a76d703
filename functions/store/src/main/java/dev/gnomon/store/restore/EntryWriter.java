package dev.gnomon.store.restore;

import dev.gnomon.linux.RawAttributes;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobContent;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.Holes;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.NewFile;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.files.TooManyAttributesException;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Writes single entries of a restore: beside their place under a temporary name, renamed when
/// whole. Nothing of an entry changes before all of its content was read and checked. Thread-safe.
final class EntryWriter {
  private static final int OWNER_BITS = 0700;

  private final EntryAt target;
  private final BlobReader reader;
  private final Supplier<String> ids;
  private final Refusals refusals;
  private final EarlyFlush flush;
  private final Executor workers;
  private final Attributes attributes;

  /// How the attributes of an entry are read.
  interface Attributes {
    SortedMap<String, byte[]> of(EntryAt at, FileStat.Kind kind) throws IOException;
  }

  /// @param refusals told of owners and attributes that are not set
  /// @param flush told of what was written
  /// @param workers read chunks of large files beside each other
  EntryWriter(
      EntryAt target,
      BlobReader reader,
      Supplier<String> ids,
      Refusals refusals,
      EarlyFlush flush,
      Executor workers) {
    this(target, reader, ids, refusals, flush, workers, EntryAt::attributes);
  }

  EntryWriter(
      EntryAt target,
      BlobReader reader,
      Supplier<String> ids,
      Refusals refusals,
      EarlyFlush flush,
      Executor workers,
      Attributes attributes) {
    this.target = target;
    this.reader = reader;
    this.ids = ids;
    this.refusals = refusals;
    this.flush = flush;
    this.workers = workers;
    this.attributes = attributes;
  }

  void file(EntryAt at, Entry.FileEntry file) throws IOException {
    EntryAt temporary = temporary(at);
    Meta meta = file.meta();
    boolean done = false;
    try {
      NewFile made =
          temporary.create(
              file.sparse() ? 0 : file.content().size(),
              meta.uid(),
              meta.gid(),
              modeBeforeAttributes(meta));
      try (made) {
        content(file, made);
        made.end();
        if (made.setsMetadata()) {
          meta(at, temporary, made, meta);
        }
      }
      if (!made.setsMetadata()) {
        meta(temporary, FileStat.Kind.FILE, meta);
      }
      temporary.rename(at);
      done = true;
      flush.wrote(made.cachedBytes());
    } finally {
      if (!done) {
        boolean ignored = temporary.remove();
      }
    }
  }

  private void content(Entry.FileEntry file, NewFile made) throws IOException {
    try (ChunksAhead chunks = new ChunksAhead(file.content(), reader, workers)) {
      while (chunks.hasNext()) {
        try (BlobContent chunk = chunks.next()) {
          if (file.sparse()) {
            Holes.write(made, chunk.array(), chunk.offset(), chunk.length());
          } else {
            made.write(chunk.array(), chunk.offset(), chunk.length());
          }
        }
      }
    }
  }

  /// Sets the metadata of a file that is open.
  private void meta(EntryAt at, EntryAt temporary, NewFile made, Meta meta) throws IOException {
    if (!made.owner(meta.uid(), meta.gid())) {
      refusals.add(shown(at), unset("owner %d:%d".formatted(meta.uid(), meta.gid())));
    }
    made.mode(modeBeforeAttributes(meta));
    List<String> refused = List.of();
    if (!meta.attributes().isEmpty() || !made.hasNoAttributes()) {
      refused = ExtendedAttributes.apply(temporary, FileStat.Kind.FILE, meta.attributes());
      refused(at, refused);
    }
    if (hasAccessList(meta)) {
      made.mode(modeAfterAttributes(meta, refused));
    }
    made.time(meta.mtimeSeconds(), meta.mtimeNanos());
  }

  /// With an access list the group's bits of the mode are the mask of the list, and it may refuse
  /// some what the others may: until it is there, the entry is for its owner only.
  private static int modeBeforeAttributes(Meta meta) {
    return hasAccessList(meta) ? meta.mode() & OWNER_BITS : meta.mode();
  }

  /// Without its access list an entry is open to nobody who may not touch it with the list.
  ///
  /// @param refused names of attributes that it could not be given
  private static int modeAfterAttributes(Meta meta, List<String> refused) {
    return refused.contains(RawAttributes.ACCESS_LIST)
        ? AccessList.modeWithout(meta.attributes().get(RawAttributes.ACCESS_LIST), meta.mode())
        : meta.mode();
  }

  private static boolean hasAccessList(Meta meta) {
    return meta.attributes().containsKey(RawAttributes.ACCESS_LIST);
  }

  private void refused(EntryAt at, List<String> attributes) {
    if (!attributes.isEmpty()) {
      refusals.add(shown(at), unset("extended attributes " + String.join(" ", attributes)));
    }
  }

  void symlink(EntryAt at, Entry.SymlinkEntry link) throws IOException {
    EntryAt temporary = temporary(at);
    try {
      temporary.symlink(link.target());
      meta(temporary, FileStat.Kind.SYMLINK, link.meta());
      temporary.rename(at);
    } finally {
      boolean ignored = temporary.remove();
    }
  }

  /// Makes a further name of a file.
  void hardLink(EntryAt at, EntryAt existing) throws IOException {
    EntryAt temporary = temporary(at);
    try {
      temporary.link(existing);
      temporary.rename(at);
    } finally {
      boolean ignored = temporary.remove();
    }
  }

  /// Makes a directory that only this user may enter; its own mode comes last.
  void directory(EntryAt at) throws IOException {
    try {
      at.makeDirectory();
    } catch (FileAlreadyExistsException e) { // a part that runs beside this one
      if (at.stat().filter(s -> s.kind() == FileStat.Kind.DIRECTORY).isEmpty()) {
        throw e;
      }
    }
  }

  /// Sets owner, mode, extended attributes and time, in this order: each may undo those after it.
  ///
  /// @return whether anything was different
  boolean meta(EntryAt at, FileStat.Kind kind, Meta meta) throws IOException {
    FileStat stat = at.stat().orElseThrow(() -> new IOException(at + " vanished"));
    boolean changed = false;
    if (stat.uid() != meta.uid() || stat.gid() != meta.gid()) {
      changed = owner(at, meta);
    }
    boolean mode = kind != FileStat.Kind.SYMLINK && (changed || stat.mode() != meta.mode());
    if (mode) {
      at.mode(modeBeforeAttributes(meta));
      changed = true;
    }
    Applied applied = attributes(at, kind, meta);
    changed |= applied.changed();
    if (mode && hasAccessList(meta)) {
      at.mode(modeAfterAttributes(meta, applied.refused()));
    }
    if (changed
        || stat.mtimeSeconds() != meta.mtimeSeconds()
        || stat.mtimeNanoOfSecond() != meta.mtimeNanos()) {
      at.time(meta.mtimeSeconds(), meta.mtimeNanos());
      changed = true;
    }
    return changed;
  }

  /// What became of the attributes of an entry.
  ///
  /// @param changed whether anything was different
  /// @param refused names of those that it could not be given
  private record Applied(boolean changed, List<String> refused) {}

  /// Of a directory that stays where it is, attributes that are too many for any point stay, too. A
  /// fault of the disk is none of theirs: the restore fails, and may do better the next time.
  private Applied attributes(EntryAt at, FileStat.Kind kind, Meta meta) throws IOException {
    SortedMap<String, byte[]> present;
    try {
      present = attributes.of(at, kind);
    } catch (TooManyAttributesException e) {
      if (kind != FileStat.Kind.DIRECTORY) {
        throw e;
      }
      refusals.add(
          shown(at),
          "extended attributes, for no point can keep those that it has: " + e.getMessage());
      return new Applied(false, List.copyOf(meta.attributes().keySet()));
    }
    if (ExtendedAttributes.same(present, meta.attributes())) {
      return new Applied(false, List.of());
    }
    List<String> refused = ExtendedAttributes.apply(at, present, meta.attributes());
    refused(at, refused);
    return new Applied(true, refused);
  }

  private static String unset(String what) {
    return what + ", which this user may not set";
  }

  /// The directory that the target is in, whatever links lead to it.
  private static Path above(Path directory) throws IOException {
    return Objects.requireNonNull(directory.getParent()).toRealPath();
  }

  /// Moves an entry out of the way, to a directory beside the target, or inside of it where that is
  /// another file system.
  ///
  /// @return where it is now
  EntryAt moveAside(String path, EntryAt at) throws IOException {
    Path directory = target.path();
    String beside = RawName.join(RawName.of(directory) + LeftAlone.ASIDE, ids.get());
    String inside = RawName.join(LeftAlone.ASIDE, ids.get());
    try (OpenTree around = OpenTree.of(above(directory))) {
      return moved(at, around.root(), RawName.join(beside, path));
    } catch (AtomicMoveNotSupportedException e) {
      return moved(at, target, RawName.join(inside, path));
    }
  }

  private static EntryAt moved(EntryAt at, EntryAt root, String path) throws IOException {
    EntryAt to = root;
    for (String name : RawName.parent(path).split("/", -1)) {
      to = to.child(name);
      try {
        to.makeDirectory();
      } catch (FileAlreadyExistsException e) {
        // By what was moved before; if it is no directory, what comes next says so.
      }
    }
    to = to.child(RawName.last(path));
    at.rename(to);
    at.forget();
    return to;
  }

  private boolean owner(EntryAt at, Meta meta) throws IOException {
    boolean may = at.owner(meta.uid(), meta.gid());
    if (!may) {
      refusals.add(shown(at), unset("owner %d:%d".formatted(meta.uid(), meta.gid())));
    }
    return may;
  }

  private EntryAt temporary(EntryAt at) {
    return at.sibling(LeftAlone.TEMPORARY + ids.get());
  }

  private static String shown(EntryAt at) {
    return at.toString();
  }

  /// What is not set because this process may not, or because it would destroy what no point holds:
  /// counted, the first one named.
  static final class Refusals {
    private Optional<String> first = Optional.empty();
    private long count;

    synchronized void add(String path, String what) {
      count++;
      if (first.isEmpty()) {
        first = Optional.of("'" + path + "': " + what);
      }
    }

    synchronized Optional<String> summary() {
      return first.map(named ->
          "all content is restored, but %d owners or attributes are not set; first %s"
              .formatted(count, named));
    }
  }
}
