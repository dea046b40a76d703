package dev.gnomon.store.restore;

import dev.gnomon.linux.RawName;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.tree.Entry;
import java.io.IOException;
import java.util.Optional;

/// Finds the files that hard links are further names of. The next link often leads to the same
/// directory, so that one stays at hand. Thread-safe.
final class LinkedFiles {
  private final EntryAt root;
  private volatile Known known;

  LinkedFiles(EntryAt root) {
    this.root = root;
    this.known = new Known("", root);
  }

  /// A directory that was reached through directories only.
  private record Known(String path, EntryAt at) {}

  /// What a link is a further name of.
  record First(EntryAt at, FileStat stat) {}

  /// @return empty if there is no regular file
  Optional<First> find(Entry.HardLinkEntry link) throws IOException {
    String path = RawName.parent(link.target());
    Known last = known;
    EntryAt directory = root;
    if (last.path().equals(path)) {
      directory = last.at();
    } else if (!path.isEmpty()) {
      for (String name : path.split("/", -1)) {
        directory = directory.child(name);
        if (directory.stat().filter(stat -> stat.kind() == Kind.DIRECTORY).isEmpty()) {
          return Optional.empty();
        }
      }
      known = new Known(path, directory);
    }
    EntryAt first = directory.child(RawName.last(link.target()));
    return first
        .stat()
        .filter(stat -> stat.kind() == Kind.FILE)
        .map(stat -> new First(first, stat));
  }
}
