package dev.gnomon.store.restore;

import dev.gnomon.core.shadow.PointDiff;
import dev.gnomon.core.shadow.PointDiff.What;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.tree.ContentRef;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Directory;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Lookup;
import java.util.Optional;

/// Compares two trees of one store. It enters a pair of directories only if their contents differ,
/// which one comparison of hashes tells, and reads no content of files: what it reads grows with
/// what changed and not with the trees. A subtree that is only in one of them is walked as long as
/// its paths are listed, and then counted by its own sums. For one thread, with a deep stack.
public final class TreeDiff {
  private final Side before;
  private final Side after;
  private final DiffList list = new DiffList();

  public TreeDiff(Side before, Side after) {
    this.before = before;
    this.after = after;
  }

  /// One of the trees.
  ///
  /// @param faults says where the tree is damaged
  public record Side(Entry.DirEntry root, Contents.Blobs blobs, Faults faults) {
    Lookup lookup() {
      return new Lookup(root, blobs);
    }
  }

  /// Makes the exception that names point and path.
  public interface Faults {
    RuntimeException at(String path, BlobFault fault);
  }

  public PointDiff diff() {
    pair("", before.root(), after.root());
    return list.diff();
  }

  private void pair(String path, Entry old, Entry now) {
    if (old instanceof Entry.DirEntry oldDir && now instanceof Entry.DirEntry nowDir) {
      if (!oldDir.meta().sameAs(nowDir.meta())) {
        list.changed(path, What.METADATA, old, now);
      }
      if (!oldDir.content().equals(nowDir.content())) {
        directories(path, oldDir.content(), nowDir.content());
      }
      return;
    }
    what(path, old, now).ifPresent(what -> list.changed(path, what, old, now));
    if (old instanceof Entry.DirEntry dir) {
      directories(path, dir.content(), ContentRef.EMPTY);
    } else if (now instanceof Entry.DirEntry dir) {
      directories(path, ContentRef.EMPTY, dir.content());
    }
  }

  /// @return empty if they are equal
  private Optional<What> what(String path, Entry old, Entry now) {
    if (old instanceof Entry.SymlinkEntry was && now instanceof Entry.SymlinkEntry is) {
      return !was.target().equals(is.target())
          ? Optional.of(What.CONTENT)
          : metadata(was.meta().sameAs(is.meta()));
    }
    if (old.equals(now) && old instanceof Entry.HardLinkEntry) {
      return Optional.empty();
    }
    Optional<Entry.FileEntry> was = file(before, path, old);
    Optional<Entry.FileEntry> is = file(after, path, now);
    if (was.isEmpty() || is.isEmpty()) {
      return Optional.of(What.KIND);
    }
    if (!was.get().content().equals(is.get().content())) {
      return Optional.of(What.CONTENT);
    }
    boolean names = old instanceof Entry.FileEntry && now instanceof Entry.FileEntry;
    return metadata(names && was.get().meta().sameAs(is.get().meta()));
  }

  private static Optional<What> metadata(boolean same) {
    return same ? Optional.empty() : Optional.of(What.METADATA);
  }

  /// The file that an entry is a name of.
  private static Optional<Entry.FileEntry> file(Side side, String path, Entry entry) {
    try {
      return switch (entry) {
        case Entry.FileEntry file -> Optional.of(file);
        case Entry.HardLinkEntry link -> side.lookup().file(link);
        case Entry.SymlinkEntry link -> Optional.empty();
        case Entry.DirEntry dir -> Optional.empty();
      };
    } catch (BlobFault e) {
      throw side.faults().at(path, e);
    }
  }

  private void directories(String path, ContentRef old, ContentRef now) {
    Directory was = open(before, path, old);
    Directory is = open(after, path, now);
    while (was.hasNext() || is.hasNext()) {
      Optional<String> oldName = was.peek().map(Entry::name);
      Optional<String> newName = is.peek().map(Entry::name);
      int order =
          oldName.isEmpty() ? 1 : newName.isEmpty() ? -1 : oldName.get().compareTo(newName.get());
      if (order == 0) {
        Entry entry = next(before, path, was);
        pair(RawName.join(path, entry.name()), entry, next(after, path, is));
      } else if (order < 0) {
        only(before, path, next(before, path, was));
      } else {
        only(after, path, next(after, path, is));
      }
    }
  }

  private void only(Side side, String path, Entry entry) {
    String at = RawName.join(path, entry.name());
    boolean gone = side == before;
    list.only(at, entry, gone);
    if (entry instanceof Entry.DirEntry dir) {
      if (list.isFull()) {
        list.below(dir.totals(), gone);
        return;
      }
      Directory below = open(side, at, dir.content());
      while (below.hasNext()) {
        only(side, at, next(side, at, below));
      }
    }
  }

  private static Directory open(Side side, String path, ContentRef content) {
    try {
      return new Directory(content, side.blobs());
    } catch (BlobFault e) {
      throw side.faults().at(path, e);
    }
  }

  private static Entry next(Side side, String path, Directory directory) {
    try {
      return directory.next();
    } catch (BlobFault e) {
      throw side.faults().at(path, e);
    }
  }
}
