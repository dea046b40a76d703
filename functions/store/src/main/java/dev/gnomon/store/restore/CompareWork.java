package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.TooManyAttributesException;
import dev.gnomon.store.tree.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Compares a directory with a point: names, kinds, content read whole, metadata, hard links. Equal
/// means that a capture of the directory would give the point's content hash.
final class CompareWork implements Lockstep.Visitor {
  private final PointId point;
  private final BlobReader reader;
  private final FileContents contents;
  private final OrderedTasks tasks;
  private final Progress progress;
  private final long device;
  private final Differences differences;
  private final Map<FileKey, String> named = new HashMap<>();

  CompareWork(
      PointId point,
      BlobReader reader,
      FileContents contents,
      OrderedTasks tasks,
      Progress progress,
      long device,
      Differences differences) {
    this.point = point;
    this.reader = reader;
    this.contents = contents;
    this.tasks = tasks;
    this.progress = progress;
    this.device = device;
    this.differences = differences;
  }

  private record FileKey(long device, long inode) {}

  @Override
  public boolean enter(String path, EntryAt at, Entry.DirEntry dir, Optional<FileStat> found) {
    if (found.isEmpty() || LeftAlone.reason(dir.name(), found.get(), device).isPresent()) {
      later(path, () -> Outcome.MISSING);
      return false;
    }
    boolean directory = found.get().kind() == Kind.DIRECTORY;
    later(
        path,
        () ->
            directory && RestoreWork.metaMatches(at, Kind.DIRECTORY, dir.meta(), found.get(), true)
                ? Outcome.SAME
                : Outcome.DIFFERENT);
    return directory;
  }

  @Override
  public void leave(String path, EntryAt at, Entry.DirEntry dir) {}

  @Override
  public void entry(String path, EntryAt at, Entry entry, Optional<FileStat> found) {
    if (found.isEmpty() || LeftAlone.reason(entry.name(), found.get(), device).isPresent()) {
      later(path, () -> Outcome.MISSING);
      return;
    }
    FileStat stat = found.get();
    if (stat.kind() == Kind.DIRECTORY) {
      below(path, at);
    }
    Optional<String> first =
        stat.kind() == Kind.FILE && stat.links() > 1
            ? Optional.ofNullable(named.putIfAbsent(new FileKey(stat.device(), stat.inode()), path))
            : Optional.empty();
    later(
        path,
        () ->
            switch (entry) {
              case Entry.FileEntry file -> outcome(first.isEmpty() && same(path, at, file, stat));
              case Entry.SymlinkEntry link ->
                  outcome(
                      stat.kind() == Kind.SYMLINK
                          && at.target().equals(link.target())
                          && RestoreWork.metaMatches(at, Kind.SYMLINK, link.meta(), stat, true));
              case Entry.HardLinkEntry link ->
                  outcome(first.filter(link.target()::equals).isPresent());
              case Entry.DirEntry dir -> Outcome.DIFFERENT;
            });
  }

  @Override
  public void extra(String path, EntryAt at, FileStat found) {
    tasks.submit(() -> path, differences::added);
    if (found.kind() == Kind.DIRECTORY) {
      below(path, at);
    }
  }

  @Override
  public void unreadable(String path, EntryAt at, IOException cause) {
    throw failed(path, cause);
  }

  private void below(String path, EntryAt at) {
    try {
      for (String name : at.names()) {
        EntryAt child = at.child(name);
        Optional<FileStat> stat = child.stat();
        if (stat.isPresent() && LeftAlone.reason(name, stat.get(), device).isEmpty()) {
          extra(RawName.join(path, name), child, stat.get());
        }
      }
    } catch (NoSuchFileException e) {
      return;
    } catch (IOException e) {
      throw failed(path, e);
    }
  }

  private enum Outcome {
    SAME,
    DIFFERENT,
    MISSING
  }

  private static Outcome outcome(boolean same) {
    return same ? Outcome.SAME : Outcome.DIFFERENT;
  }

  private boolean same(String path, EntryAt at, Entry.FileEntry file, FileStat stat)
      throws IOException {
    progress.advanced(1, file.content().size());
    return stat.kind() == Kind.FILE
        && RestoreWork.metaMatches(at, Kind.FILE, file.meta(), stat, true)
        && contents.same(at, stat, file.content(), reader);
  }

  private void later(String path, RestoreWork.Step<Outcome> step) {
    tasks.submit(
        () -> {
          try {
            return step.run();
          } catch (BlobFault e) {
            throw Lockstep.damaged(point, path, e);
          } catch (NoSuchFileException e) {
            return Outcome.MISSING;
          } catch (TooManyAttributesException e) { // no point has as many
            return Outcome.DIFFERENT;
          } catch (IOException e) {
            throw failed(path, e);
          }
        },
        outcome -> {
          switch (outcome) {
            case SAME -> {}
            case DIFFERENT -> differences.changed(path);
            case MISSING -> differences.removed(path);
          }
        });
  }

  private static UncheckedIOException failed(String path, IOException e) {
    return new UncheckedIOException("can't read '" + RawName.display(path) + "': " + e, e);
  }
}
