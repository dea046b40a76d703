package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Comparison;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.DeepStack;
import dev.gnomon.store.StoreParts;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.RawName;
import dev.gnomon.store.points.StoredPoint;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Compares points with directories and with each other.
public final class PointComparisons {
  private final StoreParts store;

  public PointComparisons(StoreParts store) {
    this.store = store;
  }

  public Comparison compare(PointId id, Path directory, Progress progress) {
    StoredPoint point = store.required(id);
    BlobReader reader = store.reader();
    Differences differences = new Differences();
    return DeepStack.call(
        "compare-" + id,
        () -> {
          Optional<FileStat> found = stat(directory);
          try (OrderedTasks tasks = new OrderedTasks()) {
            CompareWork work =
                new CompareWork(
                    id,
                    reader,
                    new FileContents(store.settings().files()),
                    tasks,
                    progress,
                    found.map(FileStat::device).orElse(0L),
                    differences);
            new Lockstep(id, reader, found.map(FileStat::device).orElse(0L), Part.WHOLE)
                .walk(point.rootEntry(), directory, found, work);
            tasks.drain();
          }
          return differences.comparison();
        });
  }

  public Comparison diff(PointId first, PointId second) {
    StoredPoint before = store.required(first);
    StoredPoint after = store.required(second);
    Differences differences = new Differences();
    return DeepStack.call(
        "diff-" + first + "-" + second,
        () -> {
          Diff diff = new Diff(first, second, store.reader(), differences);
          diff.pair("", before.rootEntry(), after.rootEntry());
          return differences.comparison();
        });
  }

  private static Optional<FileStat> stat(Path directory) throws IOException {
    return FileStat.of(directory).filter(stat -> stat.kind() == Kind.DIRECTORY);
  }

  /// Walks two trees and enters only what differs.
  private record Diff(PointId first, PointId second, BlobReader reader, Differences differences) {

    void pair(String path, Entry before, Entry after) {
      if (before instanceof Entry.DirEntry old && after instanceof Entry.DirEntry now) {
        if (!old.meta().sameAs(now.meta())) {
          differences.changed(path);
        }
        if (!old.content().equals(now.content())) {
          directories(path, old.content(), now.content());
        }
        return;
      }
      if (!same(before, after)) {
        differences.changed(path);
      }
      if (before instanceof Entry.DirEntry old) {
        directories(path, old.content(), ContentRef.EMPTY);
      } else if (after instanceof Entry.DirEntry now) {
        directories(path, ContentRef.EMPTY, now.content());
      }
    }

    private static boolean same(Entry before, Entry after) {
      if (before instanceof Entry.FileEntry old && after instanceof Entry.FileEntry now) {
        return old.content().equals(now.content()) && old.meta().sameAs(now.meta());
      }
      if (before instanceof Entry.SymlinkEntry old && after instanceof Entry.SymlinkEntry now) {
        return old.target().equals(now.target()) && old.meta().sameAs(now.meta());
      }
      return before instanceof Entry.HardLinkEntry && before.equals(after);
    }

    private void directories(String path, ContentRef before, ContentRef after) {
      Directory old = open(first, path, before);
      Directory now = open(second, path, after);
      while (old.hasNext() || now.hasNext()) {
        Optional<String> oldName = old.peek().map(Entry::name);
        Optional<String> newName = now.peek().map(Entry::name);
        int order =
            oldName.isEmpty() ? 1 : newName.isEmpty() ? -1 : oldName.get().compareTo(newName.get());
        if (order == 0) {
          Entry entry = next(first, path, old);
          pair(RawName.join(path, entry.name()), entry, next(second, path, now));
        } else if (order < 0) {
          only(first, path, next(first, path, old), true);
        } else {
          only(second, path, next(second, path, now), false);
        }
      }
    }

    private void only(PointId point, String path, Entry entry, boolean gone) {
      String at = RawName.join(path, entry.name());
      if (gone) {
        differences.removed(at);
      } else {
        differences.added(at);
      }
      if (entry instanceof Entry.DirEntry dir) {
        Directory below = open(point, at, dir.content());
        while (below.hasNext()) {
          only(point, at, next(point, at, below), gone);
        }
      }
    }

    private Directory open(PointId point, String path, ContentRef content) {
      try {
        return new Directory(content, reader::read);
      } catch (BlobFault e) {
        throw Lockstep.damaged(point, path, e);
      }
    }

    private static Entry next(PointId point, String path, Directory directory) {
      try {
        return directory.next();
      } catch (BlobFault e) {
        throw Lockstep.damaged(point, path, e);
      }
    }
  }
}
