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
import dev.gnomon.store.files.ScanAhead;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Hints.Hint;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ExecutorService;

/// Makes the manifest of a source of what one pass over it ([SourcePass]) meets: waits for what the
/// readers read, in order, and writes directories bottom-up as soon as what is in them is read. For
/// one thread; memory is bounded by the widest directory and the number of hard-linked files.
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
  private final Deque<OpenDirectory> open = new ArrayDeque<>();
  private final Deque<OpenDirectory> closed = new ArrayDeque<>();
  private Optional<String> changed = Optional.empty();
  private int waiting;

  /// @param nameUnreadable name what can't be read as not kept, instead of failing
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
        SourcePass pass =
            new SourcePass(this, session, cutter, reading, results, progress, walk, scans, readers);
        Optional<OpenDirectory> top = pass.directory(tree.root(), "", stat, known);
        settle(0);
        return top.map(built -> new Built(built.entry(""), built.hints(), print, notKept, changed));
      } finally {
        readers.shutdownNow(); // after a fault nobody waits for what is still to be read
      }
    } catch (IOException e) {
      throw Unreadable.of(root, e);
    }
  }

  /// A directory that the pass goes into.
  void begin(OpenDirectory directory) {
    open.push(directory);
  }

  /// Nothing more comes into the directory that was begun last.
  void end(OpenDirectory directory, Meta meta) {
    directory.close(meta);
    open.pop();
    closed.add(directory);
  }

  void add(OpenDirectory in, Slot slot) {
    in.add(slot);
    waiting++;
  }

  /// Writes some of what waits, if much does.
  void settle() throws IOException {
    if (waiting > MAX_WAITING) {
      settle(MAX_WAITING / 2);
    }
  }

  /// Something changed while it was read.
  void changed(String path) {
    changed = Optional.of(path);
  }

  /// Names what can't be read as not kept, or fails.
  void unreadable(String path, EntryAt at, IOException cause) {
    leaveOut(path, at, "can't be read: ", cause);
  }

  /// Names a directory of which all but the extended attributes is kept, or fails.
  void withoutAttributes(String path, EntryAt at, IOException cause) {
    leaveOut(path.isEmpty() ? "." : path, at, "kept without its attributes: ", cause);
  }

  private void leaveOut(String path, EntryAt at, String how, IOException cause) {
    if (!nameUnreadable) {
      throw Unreadable.of(at, cause);
    }
    notKept.add(path, how + Unreadable.reason(cause));
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
      case Slot.Unread unread -> unread(unread.name(), unread.stat(), into, unread.cause());
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
      changed(path);
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
      changed(path); // gone between two looks
      return;
    }
    FileReading.Reading file = read.reading().get();
    if (file.changed()) {
      changed(path);
    }
    into.print().add(slot.name(), file.stat());
    Meta meta = Meta.of(file.stat(), read.attributes());
    into.write(
        new Entry.FileEntry(slot.name(), meta, file.content().get(), reading.isSparse(file.stat())),
        new Hint.OfFile(file.trusted() ? file.stat().ctimeNanos() : 0, file.stat().inode()));
    progress.advanced(1, file.stat().size());
  }
}
