package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.atomic.AtomicLong;

/// Makes one range of a directory equal to a point: files, symbolic links, and what must go.
/// Directories are made as they are needed; their modes and times, and hard links, are for
/// [FinishWork]. What is replaced, deleted or loses attributes is read first: what no point can
/// keep ([Keepable]) is in no undo point, so it is moved aside.
class RestoreWork implements Lockstep.Visitor {
  final PointId point;
  final BlobReader reader;
  final EntryWriter writer;
  private final FileContents contents;
  private final Keepable keepable;
  private final OrderedTasks tasks;
  private final Progress progress;
  private final long device;
  private final boolean trustStat;
  private final AtomicLong filesWritten = new AtomicLong();
  private final AtomicLong bytesWritten = new AtomicLong();
  private final AtomicLong filesDeleted = new AtomicLong();
  final AtomicLong metadataSet = new AtomicLong();
  private final List<String> movedAside = Collections.synchronizedList(new ArrayList<>());

  RestoreWork(
      PointId point,
      BlobReader reader,
      EntryWriter writer,
      FileContents contents,
      OrderedTasks tasks,
      Progress progress,
      long device,
      boolean trustStat) {
    this.point = point;
    this.reader = reader;
    this.writer = writer;
    this.contents = contents;
    this.keepable = new Keepable(contents);
    this.tasks = tasks;
    this.progress = progress;
    this.device = device;
    this.trustStat = trustStat;
  }

  RestoreReport report() {
    return new RestoreReport(
        filesWritten.get(),
        bytesWritten.get(),
        filesDeleted.get(),
        metadataSet.get(),
        List.copyOf(movedAside));
  }

  @Override
  public boolean enter(String path, EntryAt at, Entry.DirEntry dir, Optional<FileStat> found) {
    tasks.requireNoFault();
    return attempt(
        path,
        () -> {
          if (found.isPresent() && found.get().kind() == Kind.DIRECTORY) {
            requireSameDevice(path, found.get());
            openUp(at, found.get());
            return true;
          }
          if (found.isPresent()) {
            clear(path, at, found.get());
          }
          writer.directory(at);
          return true;
        });
  }

  @Override
  public void leave(String path, EntryAt at, Entry.DirEntry dir) {}

  @Override
  public void entry(String path, EntryAt at, Entry entry, Optional<FileStat> found) {
    tasks.requireNoFault();
    Optional<FileStat> now = attempt(path, () -> leaveToRename(path, at, found));
    switch (entry) {
      case Entry.FileEntry file ->
          tasks.submit(() -> attempt(path, () -> file(path, at, file, now)), done -> {});
      case Entry.SymlinkEntry link -> attempt(path, () -> symlink(path, at, link, now));
      case Entry.HardLinkEntry link -> {}
      case Entry.DirEntry dir -> throw new IllegalStateException("directories are entered");
    }
  }

  @Override
  public void extra(String path, EntryAt at, FileStat found) {
    attempt(path, () -> delete(path, at, found));
  }

  @Override
  public void unreadable(String path, EntryAt at, IOException cause) {
    tasks.requireNoFault();
    attempt(
        path,
        () -> {
          aside(path, at);
          writer.directory(at);
          return true;
        });
  }

  private boolean file(String path, EntryAt at, Entry.FileEntry file, Optional<FileStat> found)
      throws IOException {
    progress.advanced(1, file.content().size());
    if (found.isPresent() && found.get().kind() == Kind.FILE) {
      FileStat there = found.get();
      if (trustStat && there.size() == file.content().size() && file.meta().matches(there)) {
        return false;
      }
      switch (compared(path, at, file, there)) {
        case SAME -> {
          return false;
        }
        case OTHER_METADATA -> {
          if (there.links() == 1) { // a further name may lie outside of the target
            writer.meta(at, Kind.FILE, file.meta());
            metadataSet.incrementAndGet();
            return true;
          }
        }
        case OTHER_CONTENT -> {}
      }
    } else if (found.isPresent()) {
      var ignored = spare(path, at, found.get());
    }
    write(at, file);
    return true;
  }

  private enum Compared {
    SAME,
    OTHER_METADATA,
    OTHER_CONTENT
  }

  private Compared compared(String path, EntryAt at, Entry.FileEntry file, FileStat found)
      throws IOException {
    try {
      FileContents.Found content = contents.sameRemembered(at, found, file.content(), reader);
      SortedMap<String, byte[]> attributes = keepable.attributes(at, content);
      if (content == FileContents.Found.DIFFERENT) {
        return Compared.OTHER_CONTENT;
      }
      return file.meta().sameAs(Meta.of(found, attributes))
          ? Compared.SAME
          : Compared.OTHER_METADATA;
    } catch (NoSuchFileException e) {
      return Compared.OTHER_CONTENT;
    } catch (IOException e) { // never overwritten unseen
      aside(path, at);
      return Compared.OTHER_CONTENT;
    }
  }

  /// Moves what is about to be replaced out of the way if no point can keep it.
  ///
  /// @return its attributes; empty if it was moved
  final Optional<SortedMap<String, byte[]>> spare(String path, EntryAt at, FileStat found)
      throws IOException {
    Optional<SortedMap<String, byte[]>> kept = keepable.attributes(at, found);
    if (kept.isEmpty()) {
      aside(path, at);
    }
    return kept;
  }

  final void write(EntryAt at, Entry.FileEntry file) throws IOException {
    writer.file(at, file);
    filesWritten.incrementAndGet();
    bytesWritten.addAndGet(file.content().size());
  }

  final void countLink() {
    filesWritten.incrementAndGet();
  }

  final boolean symlink(String path, EntryAt at, Entry.SymlinkEntry link, Optional<FileStat> found)
      throws IOException {
    Optional<SortedMap<String, byte[]>> kept =
        found.isPresent() ? spare(path, at, found.get()) : Optional.empty();
    if (kept.isEmpty()
        || found.orElseThrow().kind() != Kind.SYMLINK
        || !at.target().equals(link.target())) {
      writer.symlink(at, link);
      filesWritten.incrementAndGet();
    } else if (!statMatches(Kind.SYMLINK, link.meta(), found.orElseThrow())
        || !ExtendedAttributes.same(kept.get(), link.meta().attributes())) {
      writer.meta(at, Kind.SYMLINK, link.meta());
      metadataSet.incrementAndGet();
    }
    return true;
  }

  /// Whether the metadata of a file that was compared is as wanted.
  static boolean metaMatches(EntryAt at, Meta meta, FileStat found, FileContents.Found content)
      throws IOException {
    boolean plain = content == FileContents.Found.SAME_AND_PLAIN;
    return (!plain || meta.attributes().isEmpty())
        && metaMatches(at, Kind.FILE, meta, found, !plain);
  }

  /// @param attributes whether to look at extended attributes, too
  static boolean metaMatches(EntryAt at, Kind kind, Meta meta, FileStat found, boolean attributes)
      throws IOException {
    return statMatches(kind, meta, found)
        && (!attributes || ExtendedAttributes.same(at.attributes(kind), meta.attributes()));
  }

  private static boolean statMatches(Kind kind, Meta meta, FileStat found) {
    boolean mode = kind == Kind.SYMLINK || meta.mode() == found.mode();
    return mode
        && meta.uid() == found.uid()
        && meta.gid() == found.gid()
        && meta.mtimeSeconds() == found.mtimeSeconds()
        && meta.mtimeNanos() == found.mtimeNanoOfSecond();
  }

  /// Clears what nothing can be renamed over.
  ///
  /// @return what is there yet
  final Optional<FileStat> leaveToRename(String path, EntryAt at, Optional<FileStat> found)
      throws IOException {
    if (found.isEmpty() || found.get().kind() == Kind.FILE || found.get().kind() == Kind.SYMLINK) {
      return found;
    }
    boolean ignored = clear(path, at, found.get());
    return Optional.empty();
  }

  /// Takes away what stands where an entry of another kind has to be.
  final boolean clear(String path, EntryAt at, FileStat found) throws IOException {
    switch (found.kind()) {
      case FILE, SYMLINK, DIRECTORY -> delete(path, at, found);
      case FIFO, SOCKET, DEVICE, OTHER -> aside(path, at);
    }
    return true;
  }

  final boolean delete(String path, EntryAt at, FileStat found) throws IOException {
    tasks.requireNoFault();
    if (found.kind() != Kind.DIRECTORY) {
      if (spare(path, at, found).isEmpty()) {
        return true;
      }
      boolean ignored = at.remove();
      filesDeleted.incrementAndGet();
      return true;
    }
    requireSameDevice(path, found);
    openUp(at, found);
    for (String name : at.names()) {
      EntryAt child = at.child(name);
      Optional<FileStat> stat = child.stat();
      if (stat.isPresent() && LeftAlone.reason(name, stat.get(), device).isEmpty()) {
        delete(RawName.join(path, name), child, stat.get());
      }
    }
    if (keepable.attributes(at, found).isEmpty() && at.names().isEmpty()) {
      aside(path, at);
      return true;
    }
    try {
      boolean ignored = at.removeDirectory();
    } catch (DirectoryNotEmptyException e) { // holds what points never keep
      return false;
    }
    return true;
  }

  final void aside(String path, EntryAt at) throws IOException {
    EntryAt now = writer.moveAside(path, at);
    movedAside.add(RawName.display(path) + " (now '" + now + "')");
  }

  /// A user that is not root needs to be let into its own directories.
  private static void openUp(EntryAt at, FileStat found) throws IOException {
    if ((found.mode() & 0700) != 0700 && !at.isWritable()) {
      at.mode(found.mode() | 0700);
    }
  }

  private void requireSameDevice(String path, FileStat found) {
    if (found.device() != device) {
      throw new UncheckedIOException(
          new IOException(
              "'"
                  + RawName.display(path)
                  + "' is a mount point; a restore does not change other file systems"));
    }
  }

  /// Work on one path.
  interface Step<T> {
    T run() throws IOException;
  }

  final <T> T attempt(String path, Step<T> step) {
    try {
      return step.run();
    } catch (BlobFault e) {
      throw Lockstep.damaged(point, path, e);
    } catch (IOException e) {
      throw new UncheckedIOException("restoring '" + RawName.display(path) + "' failed: " + e, e);
    }
  }
}
