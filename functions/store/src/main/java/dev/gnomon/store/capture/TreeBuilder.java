package dev.gnomon.store.capture;

import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.RawName;
import dev.gnomon.store.tree.ContentOutput;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Encoder;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Hints;
import dev.gnomon.store.tree.Hints.Hint;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One pass over a source that makes its manifest: takes over what is known of unchanged files,
/// reads the others, writes directories bottom-up. For one thread; memory is bounded by the widest
/// directory and the number of hard-linked files.
final class TreeBuilder {
  private static final int MAX_PENDING = 256;

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
  private Optional<String> changed = Optional.empty();

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

  private record Node(Entry.DirEntry entry, ContentRef hints) {}

  /// An entry whose content may still be on its way.
  private sealed interface Slot {
    record Ready(Entry entry, Hint hint) implements Slot {}

    record Reading(String name, Meta meta, ContentOutput.Pending content, Hint hint)
        implements Slot {}
  }

  /// @param known stored forms of the tree, the best first
  /// @return empty if the source is gone
  Optional<Built> build(Path root, FileStat stat, List<KnownDirectory.Ref> known) {
    try {
      Optional<Node> node = directory(root, "", "", stat, known);
      return node.map(built -> new Built(built.entry(), built.hints(), print, notKept, changed));
    } catch (IOException e) {
      throw Unreadable.of(root, e);
    }
  }

  private Optional<Node> directory(
      Path directory, String path, String name, FileStat stat, List<KnownDirectory.Ref> known)
      throws IOException {
    Optional<List<String>> names;
    try {
      names = SourceWalk.names(directory);
    } catch (IOException e) {
      unreadable(path, directory, e);
      return Optional.empty();
    }
    if (names.isEmpty()) {
      return Optional.empty();
    }
    Writing writing = new Writing(stat);
    List<KnownDirectory> before = new ArrayList<>(known.size());
    known.forEach(ref -> before.add(KnownDirectory.load(ref, session::read)));
    for (String childName : names.get()) {
      Path child = RawName.resolve(directory, childName);
      Optional<FileStat> childStat = FileStat.of(child);
      if (childStat.isPresent()) {
        entry(child, RawName.join(path, childName), childName, childStat.get(), before, writing);
      }
    }
    Meta meta = Meta.of(stat, ExtendedAttributes.of(directory, stat.kind()));
    return Optional.of(writing.finish(name, meta));
  }

  private void entry(
      Path child,
      String path,
      String name,
      FileStat stat,
      List<KnownDirectory> known,
      Writing writing)
      throws IOException {
    Optional<String> leftAlone = walk.leftAlone(name, stat);
    if (leftAlone.isPresent()) {
      notKept.add(path, leftAlone.get());
      writing.print.addLeftAlone(name);
      return;
    }
    try {
      switch (stat.kind()) {
        case DIRECTORY -> subdirectory(child, path, name, stat, known, writing);
        case SYMLINK -> symlink(child, name, stat, writing);
        case FILE -> file(child, path, name, stat, known, writing);
        case FIFO, SOCKET, DEVICE, OTHER ->
            throw new IllegalStateException(stat.kind() + " is left alone");
      }
    } catch (NoSuchFileException e) {
      changed = Optional.of(path); // gone between two looks
    }
  }

  private void subdirectory(
      Path child,
      String path,
      String name,
      FileStat stat,
      List<KnownDirectory> known,
      Writing writing)
      throws IOException {
    writing.print.add(name, stat);
    List<KnownDirectory.Ref> below = new ArrayList<>(known.size());
    for (KnownDirectory directory : known) {
      KnownDirectory.@Nullable Ref ref = directory.subdirectory(name);
      if (ref != null) {
        below.add(ref);
      }
    }
    Optional<Node> node = directory(child, path, name, stat, below);
    if (node.isPresent()) {
      writing.add(node.get().entry(), new Hint.OfDirectory(node.get().hints()));
    }
  }

  private void symlink(Path child, String name, FileStat stat, Writing writing) throws IOException {
    String target = RawName.ofWhole(Files.readSymbolicLink(child));
    Meta meta = Meta.of(stat, ExtendedAttributes.of(child, stat.kind()));
    writing.print.add(name, stat);
    writing.add(new Entry.SymlinkEntry(name, meta, target), new Hint.Nothing());
  }

  private void file(
      Path child,
      String path,
      String name,
      FileStat stat,
      List<KnownDirectory> known,
      Writing writing)
      throws IOException {
    FileKey key = new FileKey(stat.device(), stat.inode());
    Linked first = stat.links() > 1 ? linked.get(key) : null;
    if (first != null) {
      writing.print.add(name, stat);
      writing.add(new Entry.HardLinkEntry(name, first.path(), first.size()), new Hint.Nothing());
      progress.advanced(1, 0);
      return;
    }
    Hint hint = new Hint.OfFile(stat.ctimeNanos(), stat.inode());
    Optional<Entry.FileEntry> same = unchanged(name, stat, known);
    Optional<ContentRef> read = same.isPresent() ? Optional.empty() : readBefore(path, stat);
    FileStat kept = stat;
    if (same.isPresent()) {
      Meta meta = Meta.of(stat, same.get().meta().attributes());
      writing.add(new Entry.FileEntry(name, meta, same.get().content()), hint);
      progress.advanced(1, stat.size());
    } else if (read.isPresent()) {
      Meta meta = Meta.of(stat, ExtendedAttributes.of(child, stat.kind()));
      writing.add(new Entry.FileEntry(name, meta, read.get()), hint);
    } else {
      Optional<FileStat> now = readNow(child, path, name, stat, writing);
      if (now.isEmpty()) {
        return;
      }
      kept = now.get();
      progress.advanced(1, kept.size());
    }
    writing.print.add(name, kept);
    if (stat.links() > 1) {
      linked.put(key, new Linked(path, kept.size()));
    }
  }

  private Optional<Entry.FileEntry> unchanged(
      String name, FileStat stat, List<KnownDirectory> known) {
    for (KnownDirectory directory : known) {
      Optional<Entry.FileEntry> same = directory.unchanged(name, stat);
      if (same.isPresent() && Contents.reuse(session, same.get().content())) {
        return same;
      }
    }
    return Optional.empty();
  }

  private Optional<ContentRef> readBefore(String path, FileStat stat) {
    return results.find(path, stat).filter(content -> Contents.reuse(session, content));
  }

  private Optional<FileStat> readNow(
      Path child, String path, String name, FileStat stat, Writing writing) throws IOException {
    Optional<FileReading.Reading> read;
    try {
      read = reading.read(child, stat);
    } catch (IOException e) {
      unreadable(path, child, e);
      writing.print.add(name, stat);
      return Optional.empty();
    }
    if (read.isEmpty()) {
      changed = Optional.of(path);
      return Optional.empty();
    }
    FileReading.Reading file = read.get();
    if (file.changed()) {
      changed = Optional.of(path);
    }
    Hint hint = new Hint.OfFile(file.trusted() ? file.stat().ctimeNanos() : 0, file.stat().inode());
    Meta meta = Meta.of(file.stat(), ExtendedAttributes.of(child, stat.kind()));
    writing.add(new Slot.Reading(name, meta, file.content(), hint));
    return Optional.of(file.stat());
  }

  private void unreadable(String path, Path at, IOException cause) {
    if (!nameUnreadable) {
      throw Unreadable.of(at, cause);
    }
    notKept.add(path, "can't be read: " + Unreadable.reason(cause));
  }

  /// A directory that is being written.
  private final class Writing {
    private final Print.OfDirectory print;
    private final ContentOutput entries =
        new ContentOutput(session, cutter, BlobSession.Kind.TREE, 0);
    private final ContentOutput hints =
        new ContentOutput(session, cutter, BlobSession.Kind.TREE, 0);
    private final Deque<Slot> pending = new ArrayDeque<>();
    private final Encoder encoder = new Encoder();
    private Entry.Totals totals = Entry.Totals.NONE;

    Writing(FileStat directory) {
      print = new Print.OfDirectory(directory);
    }

    void add(Entry entry, Hint hint) {
      add(new Slot.Ready(entry, hint));
    }

    void add(Slot slot) {
      pending.add(slot);
      if (pending.size() > MAX_PENDING) {
        write(pending.remove());
      }
    }

    Node finish(String name, Meta meta) {
      pending.forEach(this::write);
      TreeBuilder.this.print.add(print);
      ContentOutput.Pending content = entries.finish();
      ContentOutput.Pending hintContent = hints.finish();
      return new Node(new Entry.DirEntry(name, meta, content.get(), totals), hintContent.get());
    }

    private void write(Slot slot) {
      switch (slot) {
        case Slot.Ready ready -> write(ready.entry(), ready.hint());
        case Slot.Reading file ->
            write(new Entry.FileEntry(file.name(), file.meta(), file.content().get()), file.hint());
      }
    }

    private void write(Entry entry, Hint hint) {
      entries.write(encoder.entry(entry).take());
      Hints.encode(encoder, hint);
      hints.write(encoder.take());
      totals = totals.plus(entry);
    }
  }
}
