package dev.gnomon.store.capture;

import dev.gnomon.linux.RawName;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.files.Scan;
import dev.gnomon.store.files.ScanAhead;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Walks a source by names and stats only, in the order in which everything of a capture goes:
/// depth first, names sorted by their bytes.
final class SourceWalk {
  private final long device;

  SourceWalk(FileStat root) {
    this.device = root.device();
  }

  /// Told of what the walk meets. Directories come before what is in them.
  interface Visitor {
    /// @return whether to go into it
    default boolean enter(String path, FileStat stat) {
      return true;
    }

    /// @param directory raw path of the directory that it is in
    default void file(String directory, String name, FileStat stat) {}

    /// @param number how many directories were left before
    /// @return whether the walk goes on
    default boolean left(String path, Print.OfDirectory print, int number) {
      return true;
    }
  }

  /// @return false if the visitor ended the walk
  boolean walk(Path root, FileStat stat, Visitor visitor) {
    try (OpenTree tree = OpenTree.of(root);
        ScanAhead scans = scans(tree.root())) {
      return directory(scans, tree.root(), "", stat, visitor, new int[1]);
    } catch (IOException e) {
      throw Unreadable.of(root, e);
    }
  }

  Optional<String> leftAlone(String name, FileStat stat) {
    return LeftAlone.reason(name, stat, device);
  }

  /// Scans the directories of this walk.
  ScanAhead scans(EntryAt root) {
    return new ScanAhead(root, device);
  }

  /// Entries of a directory; empty if it is gone.
  static Optional<Scan> scan(ScanAhead scans, String path, EntryAt directory) throws IOException {
    try {
      return Optional.of(scans.scan(path, directory));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  private boolean directory(
      ScanAhead scans, EntryAt directory, String path, FileStat stat, Visitor visitor, int[] count)
      throws IOException {
    Print.OfDirectory print = new Print.OfDirectory(stat);
    Optional<Scan> scan;
    try {
      scan = scan(scans, path, directory);
    } catch (
        IOException e) { // its own entry still counts, and whoever needs it will fail or name it
      scan = Optional.empty();
    }
    List<String> names = scan.map(Scan::names).orElse(List.of());
    for (int i = 0; i < names.size(); i++) {
      String name = names.get(i);
      Optional<FileStat> found = scan.orElseThrow().stat(i);
      if (found.isEmpty()) {
        continue;
      }
      FileStat childStat = found.get();
      if (leftAlone(name, childStat).isPresent()) {
        print.addLeftAlone(name);
        continue;
      }
      print.add(name, childStat);
      switch (childStat.kind()) {
        case DIRECTORY -> {
          String childPath = RawName.join(path, name);
          EntryAt child = scan.orElseThrow().directory().child(name);
          if (visitor.enter(childPath, childStat)
              && !directory(scans, child, childPath, childStat, visitor, count)) {
            return false;
          }
        }
        case FILE -> visitor.file(path, name, childStat);
        case SYMLINK, FIFO, SOCKET, DEVICE, OTHER -> {}
      }
    }
    return visitor.left(path, print, count[0]++);
  }
}
