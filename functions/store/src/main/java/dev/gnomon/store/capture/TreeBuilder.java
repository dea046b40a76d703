package dev.gnomon.store.capture;

import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.Workers;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.capture.OpenDirectory.Slot;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.files.Scan;
import dev.gnomon.store.files.ScanAhead;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Hints.Hint;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// One pass over a source that makes its manifest: takes over what is known of unchanged files, has
/// the others read by a few threads, writes directories bottom-up as soon as what is in them is
/// read. For one thread; memory is bounded by the widest directory and the number of hard-linked
/// files.
final class TreeBuilder {
  /// Entries that may wait for files before them.
  private static final int MAX_WAITING = 4096;

  private final BlobSession session;
  private final Cutter cutter;
  private final FileReading reading;
  private final PartResults results;
  private final boolean nameUnreadable;
  private final Progress progress;
  private final SourceWalk walk;
  private final NotKeptList notKept = new NotKeptList();
  private final Print print = new Print();
  private final Map<FileKey, Linked> linked = new HashMap<>();
  private final Deque<OpenDirectory> open = new ArrayDeque<>();
  private final Deque<OpenDirectory> closed = new ArrayDeque<>();
  private Optional<String> changed = Optional.empty();
  private int waiting;

  /// @param nameUnreadable name files that can't be read as not kept, instead of failing
  TreeBuilder(
      BlobSession session,
      Cutter cutter,
      FileReading reading,
      PartResults results,
      boolean nameUnreadable,
      Progress progress,
      SourceWalk walk) {
    this.session = session;
    this.cutter = cutter;
    this.reading = reading;
    this.results = results;
    this.nameUnreadable = nameUnreadable;
    this.progress = progress;
    this.walk = walk;
  }

  /// A manifest.
  ///
  /// @param changed raw path of a file that changed while it was read
  record Built(
      Entry.DirEntry root,
      ContentRef hints,
      Print print,
      NotKeptList notKept,
      Optional<String> changed) {
    KnownDirectory.Ref ref() {
      return new KnownDirectory.Ref(root.content(), hints);
    }
  }

  private record FileKey(long device, long inode) {}

  private record Linked(String path, long size) {}

  /// What became of a file that was read.
  ///
  /// @param reading empty if the file is gone
  record Read(Optional<FileReading.Reading> reading, SortedMap<String, byte[]> attributes) {}

  /// @param known stored forms of the tree, the best first
  /// @return empty if the source is gone
  Optional<Built> build(Path root, FileStat stat, List<KnownDirectory.Ref> known) {
    try (OpenTree tree = OpenTree.of(root);
        ScanAhead scans = walk.scans(tree.root());
        ExecutorService readers = Workers.readers(FileReading.READERS)) {
      try {
        Optional<OpenDirectory> top =
            new Pass(scans, readers).directory(tree.root(), "", stat, known);
        settle(0);
        return top.map(built -> new Built(built.entry(""), built.hints(), print, notKept, changed));
      } finally {
        readers.shutdownNow(); // after a fault nobody waits for what is still to be read
      }
    } catch (IOException e) {
      throw Unreadable.of(root, e);
    }
  }

  /// Writes closed directories, and what is ready of open ones, until so few entries wait.
  private void settle(int most) throws IOException {
    while (waiting > most && !closed.isEmpty()) {
      finish(closed.remove());
    }
    if (waiting > most) {
      for (OpenDirectory directory : open) {
        waiting -= directory.flush(this::write);
      }
    }
    while (most == 0 && !closed.isEmpty()) { // those of no entries
      finish(closed.remove());
    }
  }

  private void finish(OpenDirectory directory) throws IOException {
    waiting -= directory.finish(this::write);
    print.add(directory.print());
  }

  /// Makes an entry of what was waited for.
  private void write(Slot slot, OpenDirectory into) throws IOException {
    switch (slot) {
      case Slot.Ready ready -> {
        into.print().add(ready.entry().name(), ready.stat());
        into.write(ready.entry(), ready.hint());
      }
      case Slot.Below below -> {
        into.print().add(below.name(), below.stat());
        if (below.directory().isPresent()) {
          OpenDirectory directory = below.directory().get();
          into.write(directory.entry(below.name()), new Hint.OfDirectory(directory.hints()));
        }
      }
      case Slot.LeftAlone alone -> {
        into.print().addLeftAlone(alone.name());
        notKept.add(RawName.join(into.path(), alone.name()), alone.reason());
      }
      case Slot.Taken taken -> take(taken, into);
      case Slot.Reading file -> read(file, into);
    }
  }

  private void take(Slot.Taken slot, OpenDirectory into) throws IOException {
    SortedMap<String, byte[]> attributes;
    try {
      attributes = BlobSession.join(slot.attributes());
    } catch (UncheckedIOException e) {
      unread(slot.name(), slot.stat(), into, Objects.requireNonNull(e.getCause()));
      return;
    }
    into.print().add(slot.name(), slot.stat());
    into.write(
        new Entry.FileEntry(
            slot.name(),
            Meta.of(slot.stat(), attributes),
            slot.content(),
            reading.isSparse(slot.stat())),
        slot.hint());
  }

  private void unread(String name, FileStat stat, OpenDirectory into, IOException cause) {
    String path = RawName.join(into.path(), name);
    if (cause instanceof NoSuchFileException) {
      changed = Optional.of(path);
      return;
    }
    unreadable(path, into.at().child(name), cause);
    into.print().add(name, stat);
  }

  private void read(Slot.Reading slot, OpenDirectory into) throws IOException {
    String path = RawName.join(into.path(), slot.name());
    Read read;
    try {
      read = BlobSession.join(slot.read());
    } catch (UncheckedIOException e) {
      unread(slot.name(), slot.stat(), into, Objects.requireNonNull(e.getCause()));
      return;
    }
    if (read.reading().isEmpty()) {
      changed = Optional.of(path); // gone between two looks
      return;
    }
    FileReading.Reading file = read.reading().get();
    if (file.changed()) {
      changed = Optional.of(path);
    }
    into.print().add(slot.name(), file.stat());
    Meta meta = Meta.of(file.stat(), read.attributes());
    into.write(
        new Entry.FileEntry(slot.name(), meta, file.content().get(), reading.isSparse(file.stat())),
        new Hint.OfFile(file.trusted() ? file.stat().ctimeNanos() : 0, file.stat().inode()));
    progress.advanced(1, file.stat().size());
  }

  private void unreadable(String path, EntryAt at, IOException cause) {
    if (!nameUnreadable) {
      throw Unreadable.of(at, cause);
    }
    notKept.add(path, "can't be read: " + Unreadable.reason(cause));
  }

  /// The walk.
  private final class Pass {
    private final ScanAhead scans;
    private final ExecutorService readers;

    Pass(ScanAhead scans, ExecutorService readers) {
      this.scans = scans;
      this.readers = readers;
    }

    /// @return empty if it is gone or can't be read
    Optional<OpenDirectory> directory(
        EntryAt at, String path, FileStat stat, List<KnownDirectory.Ref> known) throws IOException {
      Optional<Scan> scan;
      try {
        scan = SourceWalk.scan(scans, path, at);
      } catch (IOException e) {
        unreadable(path, at, e);
        return Optional.empty();
      }
      if (scan.isEmpty()) {
        return Optional.empty();
      }
      List<KnownDirectory> before = new ArrayList<>(known.size());
      known.forEach(ref -> before.add(KnownDirectory.load(ref, session::read)));
      OpenDirectory directory =
          new OpenDirectory(
              scan.get().directory(),
              path,
              stat,
              session,
              cutter,
              before.isEmpty() ? null : before.getFirst());
      open.push(directory);
      List<String> names = scan.get().names();
      for (int i = 0; i < names.size(); i++) {
        Optional<FileStat> found = scan.get().stat(i);
        if (found.isPresent()) {
          entry(directory, names.get(i), found.get(), before);
          if (waiting > MAX_WAITING) {
            settle(MAX_WAITING / 2);
          }
        }
      }
      directory.close(Meta.of(stat, at.attributes(stat.kind())));
      open.pop();
      closed.add(directory);
      return Optional.of(directory);
    }

    private void entry(OpenDirectory in, String name, FileStat stat, List<KnownDirectory> known)
        throws IOException {
      Optional<String> leftAlone = walk.leftAlone(name, stat);
      if (leftAlone.isPresent()) {
        add(in, new Slot.LeftAlone(name, leftAlone.get()));
        return;
      }
      try {
        switch (stat.kind()) {
          case DIRECTORY -> {
            EntryAt child = in.at().child(name);
            String path = RawName.join(in.path(), name);
            add(in, new Slot.Below(name, stat, directory(child, path, stat, below(name, known))));
          }
          case SYMLINK -> add(in, symlink(in.at().child(name), name, stat));
          case FILE -> file(in, name, stat, known);
          case FIFO, SOCKET, DEVICE, OTHER ->
              throw new IllegalStateException(stat.kind() + " is left alone");
        }
      } catch (NoSuchFileException e) {
        changed = Optional.of(RawName.join(in.path(), name)); // gone between two looks
      }
    }

    private void add(OpenDirectory in, Slot slot) {
      in.add(slot);
      waiting++;
    }

    private static List<KnownDirectory.Ref> below(String name, List<KnownDirectory> known) {
      List<KnownDirectory.Ref> below = new ArrayList<>(known.size());
      for (KnownDirectory directory : known) {
        KnownDirectory.@Nullable Ref ref = directory.subdirectory(name);
        if (ref != null) {
          below.add(ref);
        }
      }
      return below;
    }

    private static Slot symlink(EntryAt child, String name, FileStat stat) throws IOException {
      String target = child.target();
      Meta meta = Meta.of(stat, child.attributes(stat.kind()));
      return new Slot.Ready(
          new Entry.SymlinkEntry(name, meta, target), stat, new Hint.Nothing(), false);
    }

    private void file(OpenDirectory in, String name, FileStat stat, List<KnownDirectory> known) {
      FileKey key = new FileKey(stat.device(), stat.inode());
      Linked first = stat.links() > 1 ? linked.get(key) : null;
      if (first != null) {
        Entry entry = new Entry.HardLinkEntry(name, first.path(), first.size());
        add(in, new Slot.Ready(entry, stat, new Hint.Nothing(), false));
        progress.advanced(1, 0);
        return;
      }
      String path = RawName.join(in.path(), name);
      long size = stat.size();
      Optional<Slot> same = unchanged(name, stat, known);
      if (same.isPresent()) {
        progress.advanced(1, size);
        add(in, same.get());
      } else {
        EntryAt child = in.at().child(name);
        Optional<ContentRef> before = readBefore(path, stat);
        if (before.isPresent()) {
          add(in, taken(child, name, stat, before.get()));
        } else {
          CompletableFuture<Read> read = reading.start(readers, stat, () -> read(child, stat));
          add(in, new Slot.Reading(name, stat, read));
          if (stat.links() > 1) { // its other names count on it
            Optional<FileStat> now = settled(read);
            if (now.isEmpty()) {
              return;
            }
            size = now.get().size();
          }
        }
      }
      // The names of one that lies too deep to be named become files of their own.
      if (stat.links() > 1 && path.length() <= Entry.HardLinkEntry.MAX_TARGET_BYTES) {
        linked.put(key, new Linked(path, size));
      }
    }

    private Slot taken(EntryAt child, String name, FileStat stat, ContentRef content) {
      return new Slot.Taken(
          name,
          stat,
          content,
          new Hint.OfFile(stat.ctimeNanos(), stat.inode()),
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return child.attributes(stat.kind());
                } catch (IOException e) {
                  throw Unreadable.of(child, e);
                }
              },
              readers));
    }

    private Read read(EntryAt child, FileStat stat) throws IOException {
      Optional<FileReading.Reading> read = reading.read(child, stat);
      return new Read(
          read,
          read.isEmpty() || read.get().plain()
              ? java.util.Collections.emptySortedMap()
              : child.attributes(stat.kind()));
    }

    /// How a file was when it had been read; a fault is for who writes the entry.
    private static Optional<FileStat> settled(CompletableFuture<Read> read) {
      try {
        return BlobSession.join(read).reading().map(FileReading.Reading::stat);
      } catch (UncheckedIOException e) {
        return Optional.empty();
      }
    }

    private Optional<Slot> unchanged(String name, FileStat stat, List<KnownDirectory> known) {
      for (KnownDirectory directory : known) {
        Optional<Entry.FileEntry> same = directory.unchanged(name, stat);
        if (same.isPresent() && Contents.reuse(session, same.get().content())) {
          Meta meta = Meta.of(stat, same.get().meta().attributes());
          boolean asKnown = directory == known.getFirst() && same.get().meta().matches(stat);
          return Optional.of(
              new Slot.Ready(
                  new Entry.FileEntry(name, meta, same.get().content(), same.get().sparse()),
                  stat,
                  new Hint.OfFile(stat.ctimeNanos(), stat.inode()),
                  asKnown));
        }
      }
      return Optional.empty();
    }

    private Optional<ContentRef> readBefore(String path, FileStat stat) {
      return results.find(path, stat).filter(content -> Contents.reuse(session, content));
    }
  }
}
