package dev.gnomon.store.capture;

import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.Listing;
import dev.gnomon.store.files.RawName;
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

    default void file(String path, Path at, FileStat stat) {}

    default void other(String path, FileStat stat) {}

    /// @param number how many directories were left before
    /// @return whether the walk goes on
    default boolean left(String path, Print.OfDirectory print, int number) {
      return true;
    }
  }

  /// @return false if the visitor ended the walk
  boolean walk(Path root, FileStat stat, Visitor visitor) {
    try {
      return directory(root, "", stat, visitor, new int[1]);
    } catch (IOException e) {
      throw Unreadable.of(root, e);
    }
  }

  Optional<String> leftAlone(String name, FileStat stat) {
    return LeftAlone.reason(name, stat, device);
  }

  /// Names in a directory; empty if it is gone.
  static Optional<List<String>> names(Path directory) throws IOException {
    try {
      return Optional.of(Listing.of(directory));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  private boolean directory(
      Path directory, String path, FileStat stat, Visitor visitor, int[] count) throws IOException {
    Print.OfDirectory print = new Print.OfDirectory(stat);
    Optional<List<String>> names;
    try {
      names = names(directory);
    } catch (
        IOException e) { // its own entry still counts, and whoever needs it will fail or name it
      names = Optional.empty();
    }
    for (String name : names.orElse(List.of())) {
      Path child = RawName.resolve(directory, name);
      Optional<FileStat> found = FileStat.of(child);
      if (found.isEmpty()) {
        continue;
      }
      FileStat childStat = found.get();
      if (leftAlone(name, childStat).isPresent()) {
        print.addLeftAlone(name);
        continue;
      }
      print.add(name, childStat);
      String childPath = RawName.join(path, name);
      if (childStat.kind() == FileStat.Kind.DIRECTORY) {
        if (visitor.enter(childPath, childStat)
            && !directory(child, childPath, childStat, visitor, count)) {
          return false;
        }
      } else if (childStat.kind() == FileStat.Kind.FILE) {
        visitor.file(childPath, child, childStat);
      } else {
        visitor.other(childPath, childStat);
      }
    }
    return visitor.left(path, print, count[0]++);
  }
}
