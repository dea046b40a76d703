package dev.gnomon.store.restore;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.Scan;
import dev.gnomon.store.files.ScanAhead;
import dev.gnomon.store.points.PointFaults;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;

/// Walks a point's tree and a directory side by side, in the order of a walk. It goes into real
/// directories only: a symbolic link is an entry, never a way.
final class Lockstep {
  private final PointId point;
  private final BlobReader reader;
  private final long device;
  private final String from;
  private final String before;
  private final Touched touched;

  /// @param device of the directory; what is mounted inside is left alone
  /// @param range which paths; everything if its bounds are empty
  Lockstep(PointId point, BlobReader reader, long device, Part range) {
    this(point, reader, device, range, Touched.ALL);
  }

  /// @param touched directories that are left out if nothing is to be done in them
  Lockstep(PointId point, BlobReader reader, long device, Part range, Touched touched) {
    this.point = point;
    this.reader = reader;
    this.device = device;
    this.from = RawName.parse(range.from());
    this.before = RawName.parse(range.before());
    this.touched = touched;
  }

  /// Told of what the walk meets.
  interface Visitor {
    /// A directory of the point.
    ///
    /// @param found what is there now
    /// @return whether to look into what is there now; if not, all of the point below is missing
    boolean enter(String path, EntryAt at, Entry.DirEntry dir, Optional<FileStat> found);

    /// Everything in a directory of the point was met.
    void leave(String path, EntryAt at, Entry.DirEntry dir);

    /// A file or a link of the point.
    void entry(String path, EntryAt at, Entry entry, Optional<FileStat> found);

    /// An entry, with all that is in it, that the point does not have.
    void extra(String path, EntryAt at, FileStat found);

    /// An entry that the point does not have and that points never keep.
    default void leftAlone(String path, EntryAt at, FileStat found) {}

    /// A directory whose names can't be read; all of the point below counts as missing.
    void unreadable(String path, EntryAt at, IOException cause);
  }

  void walk(Entry.DirEntry root, EntryAt target, Optional<FileStat> found, Visitor visitor) {
    try (ScanAhead scans = new ScanAhead(target, device, touched::mayHold)) {
      new Walk(scans, visitor).directory(root, "", target, found, 0);
    }
  }

  /// The exception that names point, path and object.
  static DamagedPointException damaged(PointId point, String path, BlobFault fault) {
    return PointFaults.at(point, path, fault);
  }

  private final class Walk {
    private final ScanAhead scans;
    private final Visitor visitor;

    Walk(ScanAhead scans, Visitor visitor) {
      this.scans = scans;
      this.visitor = visitor;
    }

    void directory(
        Entry.DirEntry dir, String path, EntryAt at, Optional<FileStat> found, int depth) {
      if (depth > Directory.MAX_DEPTH) {
        throw damaged(point, path, new BlobFault("its tree is too deep"));
      }
      if (!touched.mayHold(path)) {
        return;
      }
      Optional<Scan> scan = visitor.enter(path, at, dir, found) ? scan(path, at) : Optional.empty();
      EntryAt inside = scan.map(Scan::directory).orElse(at);
      Merged entries = new Merged(dir, path, scan.map(Scan::names).orElse(List.of()));
      while (entries.hasNext()) {
        String name = entries.nextName();
        Optional<Entry> entry = entries.entry(name);
        int index = entries.take(name);
        String childPath = RawName.join(path, name);
        if (isAfter(childPath)) {
          break;
        }
        if (!isBefore(childPath)) {
          Optional<FileStat> there =
              index < 0 ? Optional.empty() : stat(childPath, scan.orElseThrow(), index);
          child(childPath, name, inside.child(name), entry, there, depth);
        }
      }
      visitor.leave(path, at, dir);
    }

    private void child(
        String path,
        String name,
        EntryAt at,
        Optional<Entry> entry,
        Optional<FileStat> found,
        int depth) {
      if (entry.isEmpty()) {
        if (found.isPresent()) {
          if (LeftAlone.reason(name, found.get(), device).isPresent()) {
            visitor.leftAlone(path, at, found.get());
          } else {
            visitor.extra(path, at, found.get());
          }
        }
      } else if (entry.get() instanceof Entry.DirEntry dir) {
        directory(dir, path, at, found, depth + 1);
      } else {
        visitor.entry(path, at, entry.get(), found);
      }
    }

    private Optional<Scan> scan(String path, EntryAt at) {
      try {
        return Optional.of(scans.scan(path, at));
      } catch (NoSuchFileException | NotDirectoryException e) {
        return Optional.empty();
      } catch (IOException e) {
        visitor.unreadable(path, at, e);
        return Optional.empty();
      }
    }
  }

  private static Optional<FileStat> stat(String path, Scan scan, int index) {
    try {
      return scan.stat(index);
    } catch (IOException e) {
      throw new UncheckedIOException(
          "can't look at '" + RawName.display(path) + "': " + e.getMessage(), e);
    }
  }

  /// Whether a path and everything below it come before the range.
  private boolean isBefore(String path) {
    return RawName.compareInWalk(path, from) < 0 && !from.startsWith(path + "/");
  }

  private boolean isAfter(String path) {
    return !before.isEmpty() && RawName.compareInWalk(path, before) >= 0;
  }

  /// Names of both sides in order.
  private final class Merged {
    private final Directory entries;
    private final String path;
    private final List<String> present;
    private int at;

    Merged(Entry.DirEntry dir, String path, List<String> present) {
      this.path = path;
      this.present = present;
      try {
        this.entries = new Directory(dir.content(), reader::read);
      } catch (BlobFault e) {
        throw damaged(point, path, e);
      }
    }

    boolean hasNext() {
      return entries.hasNext() || at < present.size();
    }

    String nextName() {
      Optional<String> stored = entries.peek().map(Entry::name);
      if (at == present.size()) {
        return stored.orElseThrow();
      }
      String there = present.get(at);
      return stored.filter(name -> name.compareTo(there) < 0).orElse(there);
    }

    Optional<Entry> entry(String name) {
      if (entries.peek().filter(entry -> entry.name().equals(name)).isEmpty()) {
        return Optional.empty();
      }
      try {
        return Optional.of(entries.next());
      } catch (BlobFault e) {
        throw damaged(point, path, e);
      }
    }

    /// @return index of the name among those that are there; -1 if it is not
    int take(String name) {
      return at < present.size() && present.get(at).equals(name) ? at++ : -1;
    }
  }
}
