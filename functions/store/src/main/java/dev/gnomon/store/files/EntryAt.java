package dev.gnomon.store.files;

import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;

/// An entry of a tree, there or not: a directory and a name in it. On Linux whatever is done to it
/// is done relative to the open directory, so that nobody who exchanges a directory on the way for
/// a symbolic link leads anything out of the tree, and names are bytes in every locale. A symbolic
/// link is never followed.
///
/// Faults are those of java.nio and name the entry. Thread-safe, for as long as its [OpenTree] is
/// open.
public abstract sealed class EntryAt permits LinuxEntry, PathEntry {
  EntryAt() {}

  /// An entry of this directory.
  ///
  /// @param name raw, one name
  public abstract EntryAt child(String name);

  /// Another entry of the same directory; not of the root.
  public abstract EntryAt sibling(String name);

  /// An entry further below.
  ///
  /// @param path raw names joined by `/`; empty for this entry itself
  public final EntryAt below(String path) {
    EntryAt at = this;
    for (int from = 0; from < path.length(); ) {
      int slash = path.indexOf('/', from);
      int end = slash < 0 ? path.length() : slash;
      at = at.child(path.substring(from, end));
      from = end + 1;
    }
    return at;
  }

  /// Raw name.
  public abstract String name();

  /// Raw absolute path, to tell people and to remember it by.
  public abstract String raw();

  public final Path path() {
    return RawName.resolve(Path.of("/"), raw().substring(1));
  }

  /// @return empty if there is no such entry (any more)
  public abstract Optional<FileStat> stat() throws IOException;

  /// The entries of this directory, sorted by the bytes of their names, each looked at once.
  public abstract Scan scan() throws IOException;

  /// Raw names in this directory, sorted by their bytes.
  public abstract List<String> names() throws IOException;

  /// Opens a regular file for reading.
  public abstract InputStream open() throws IOException;

  /// Raw target of this symbolic link.
  public abstract String target() throws IOException;

  /// Extended attributes that points keep: `user.*`, `security.*` (such as capabilities),
  /// `trusted.*` and POSIX access control lists on Linux; `user.*` elsewhere. Of an entry for which
  /// this ends in a fault no point holds them: captures and restores both go by that.
  ///
  /// @throws TooManyAttributesException if their values have more than
  ///   [ExtendedAttributes#MAX_VALUES_BYTES] together, of which no more is read, or if the system
  ///   can't list them all
  public abstract SortedMap<String, byte[]> attributes(FileStat.Kind kind) throws IOException;

  /// @return false if this process may not, or the file system has no such attributes
  abstract boolean setAttribute(String attribute, byte[] value) throws IOException;

  /// @return false if this process may not
  abstract boolean removeAttribute(String attribute) throws IOException;

  public abstract boolean isWritable() throws IOException;

  /// Makes a directory that only this user may enter.
  ///
  /// @throws java.nio.file.FileAlreadyExistsException if there is something of that name
  public abstract void makeDirectory() throws IOException;

  /// Begins a file that nobody may touch who may not touch it in the end.
  ///
  /// @param bytes to be written without a gap; 0 if there will be holes
  /// @param mode that it will be given, as owner and group: known early, they may cost no call
  /// @throws java.nio.file.FileAlreadyExistsException if there is something of that name
  public abstract NewFile create(long bytes, int uid, int gid, int mode) throws IOException;

  /// Makes a symbolic link.
  ///
  /// @param target raw; a trailing or doubled slash stays
  public abstract void symlink(String target) throws IOException;

  /// Makes this a further name of a file.
  public abstract void link(EntryAt existing) throws IOException;

  /// Gives this entry another name, in the place of a file or link that has it.
  ///
  /// @param to of this tree or another one
  /// @throws java.nio.file.AtomicMoveNotSupportedException if it is on another file system
  public abstract void rename(EntryAt to) throws IOException;

  /// Removes what is no directory.
  ///
  /// @return false if there was nothing
  public abstract boolean remove() throws IOException;

  /// @return false if there was nothing
  /// @throws java.nio.file.DirectoryNotEmptyException if something is in it
  public abstract boolean removeDirectory() throws IOException;

  /// @return whether this process may do that
  public abstract boolean owner(int uid, int gid) throws IOException;

  /// Sets the mode of what is no symbolic link.
  public abstract void mode(int mode) throws IOException;

  /// Sets the modification time; of a symbolic link, not of what it names.
  public abstract void time(long seconds, int nanos) throws IOException;

  /// Makes everything written below durable: flushes the file system of this directory.
  public abstract void flush() throws IOException;

  /// Another directory may come to stand here: the one that is open is used no more.
  public abstract void forget();

  @Override
  public final String toString() {
    return RawName.display(raw());
  }
}
