package dev.gnomon.store.restore;

import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;

/// Tells whether a point can keep what stands in a target. It asks what a capture asks, by the same
/// calls: whether the content can be read to its end, and whether the attributes can be read and
/// are not too many ([EntryAt#attributes]). What can't be kept is in no undo point. Thread-safe.
final class Keepable {
  private final FileContents contents;

  Keepable(FileContents contents) {
    this.contents = contents;
  }

  /// The attributes that a point would keep of an entry; what is in a directory is not looked at.
  ///
  /// @return empty if no point can keep the entry
  Optional<SortedMap<String, byte[]>> attributes(EntryAt at, FileStat found) {
    try {
      return switch (found.kind()) {
        case FILE -> Optional.of(attributes(at, FileContents.Found.DIFFERENT));
        case SYMLINK, DIRECTORY -> Optional.of(at.attributes(found.kind()));
        case FIFO, SOCKET, DEVICE, OTHER -> Optional.empty();
      };
    } catch (NoSuchFileException e) {
      return Optional.of(Collections.emptySortedMap()); // gone meanwhile
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// The attributes that a point would keep of a file.
  ///
  /// @param content how it compared; what differs is read through, the other was read
  /// @throws IOException if no point can keep the file
  SortedMap<String, byte[]> attributes(EntryAt at, FileContents.Found content) throws IOException {
    boolean plain =
        switch (content) {
          case DIFFERENT -> contents.readThrough(at);
          case SAME -> false;
          case SAME_AND_PLAIN -> true;
        };
    return plain ? Collections.emptySortedMap() : at.attributes(Kind.FILE);
  }
}
