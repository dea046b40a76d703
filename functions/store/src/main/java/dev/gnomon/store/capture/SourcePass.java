package dev.gnomon.store.capture;

import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobSession;
import dev.gnomon.store.blobs.Cutter;
import dev.gnomon.store.capture.OpenDirectory.Slot;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
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
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/// One pass over a source: takes over what is known of unchanged files, has the others read by a
/// few threads, and tells a [TreeBuilder] what it meets. For one thread.
final class SourcePass {
  private final TreeBuilder tree;
  private final BlobSession session;
  private final Cutter cutter;
  private final FileReading reading;
  private final PartResults results;
  private final Progress progress;
  private final SourceWalk walk;
  private final ScanAhead scans;
  private final ExecutorService readers;
  private final HardLinks hardLinks = new HardLinks();

  SourcePass(
      TreeBuilder tree,
      BlobSession session,
      Cutter cutter,
      FileReading reading,
      PartResults results,
      Progress progress,
      SourceWalk walk,
      ScanAhead scans,
      ExecutorService readers) {
    this.tree = tree;
    this.session = session;
    this.cutter = cutter;
    this.reading = reading;
    this.results = results;
    this.progress = progress;
    this.walk = walk;
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
      tree.unreadable(path, at, e);
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
    tree.begin(directory);
    List<String> names = scan.get().names();
    for (int i = 0; i < names.size(); i++) {
      Optional<FileStat> found = scan.get().stat(i);
      if (found.isPresent()) {
        entry(directory, names.get(i), found.get(), before);
        tree.settle();
      }
    }
    tree.end(directory, Meta.of(stat, attributes(at, path, stat)));
    return Optional.of(directory);
  }

  /// The attributes of a directory. One that can be gone through is kept without them if they can't
  /// be: what is in it counts more.
  private SortedMap<String, byte[]> attributes(EntryAt at, String path, FileStat stat) {
    try {
      return at.attributes(stat.kind());
    } catch (NoSuchFileException e) {
      tree.changed(path); // gone between two looks
    } catch (IOException e) {
      tree.withoutAttributes(path, at, e);
    }
    return Collections.emptySortedMap();
  }

  private void entry(OpenDirectory in, String name, FileStat stat, List<KnownDirectory> known)
      throws IOException {
    Optional<String> leftAlone = walk.leftAlone(name, stat);
    if (leftAlone.isPresent()) {
      tree.add(in, new Slot.LeftAlone(name, leftAlone.get()));
      return;
    }
    try {
      switch (stat.kind()) {
        case DIRECTORY -> {
          EntryAt child = in.at().child(name);
          String path = RawName.join(in.path(), name);
          tree.add(
              in, new Slot.Below(name, stat, directory(child, path, stat, below(name, known))));
        }
        case SYMLINK -> tree.add(in, symlink(in.at().child(name), name, stat));
        case FILE -> file(in, name, stat, known);
        case FIFO, SOCKET, DEVICE, OTHER ->
            throw new IllegalStateException(stat.kind() + " is left alone");
      }
    } catch (NoSuchFileException e) {
      tree.changed(RawName.join(in.path(), name)); // gone between two looks
    }
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

  private static Slot symlink(EntryAt child, String name, FileStat stat) {
    try {
      String target = child.target();
      Meta meta = Meta.of(stat, child.attributes(stat.kind()));
      return new Slot.Ready(
          new Entry.SymlinkEntry(name, meta, target), stat, new Hint.Nothing(), false);
    } catch (IOException e) {
      return new Slot.Unread(name, stat, e);
    }
  }

  private void file(OpenDirectory in, String name, FileStat stat, List<KnownDirectory> known) {
    Optional<Entry.HardLinkEntry> further = hardLinks.furtherName(name, stat);
    if (further.isPresent()) {
      tree.add(in, new Slot.Ready(further.get(), stat, new Hint.Nothing(), false));
      progress.advanced(1, 0);
      return;
    }
    String path = RawName.join(in.path(), name);
    long size = stat.size();
    Optional<Slot> same = unchanged(name, stat, known);
    if (same.isPresent()) {
      progress.advanced(1, size);
      tree.add(in, same.get());
    } else {
      EntryAt child = in.at().child(name);
      Optional<ContentRef> before = readBefore(path, stat);
      if (before.isPresent()) {
        Slot.Taken taken = taken(child, name, stat, before.get());
        tree.add(in, taken);
        if (stat.links() > 1 && settled(taken.attributes()).isEmpty()) {
          return;
        }
      } else {
        CompletableFuture<TreeBuilder.Read> read =
            reading.start(readers, stat, () -> read(child, stat));
        tree.add(in, new Slot.Reading(name, stat, read));
        if (stat.links() > 1) {
          Optional<FileStat> now =
              settled(read).flatMap(TreeBuilder.Read::reading).map(FileReading.Reading::stat);
          if (now.isEmpty()) {
            return;
          }
          size = now.get().size();
        }
      }
    }
    hardLinks.named(path, stat, size);
  }

  private Slot.Taken taken(EntryAt child, String name, FileStat stat, ContentRef content) {
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

  private TreeBuilder.Read read(EntryAt child, FileStat stat) throws IOException {
    Optional<FileReading.Reading> read = reading.read(child, stat);
    return new TreeBuilder.Read(
        read,
        read.isEmpty() || read.get().plain()
            ? Collections.emptySortedMap()
            : child.attributes(stat.kind()));
  }

  /// What came of reading a file with further names, which count on it; a fault is for who writes
  /// its entry.
  private static <T> Optional<T> settled(CompletableFuture<T> read) {
    try {
      return Optional.of(BlobSession.join(read));
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
