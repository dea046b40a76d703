package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/// Everything a fence does to the file system, one call an effect, so that tests can stop between
/// any two of them. None of them replaces or deletes anything that has content.
interface Syscalls {

  /// Makes an empty directory that nobody may write (mode 0555).
  void makePlaceholder(Path dir) throws IOException;

  /// Swaps two directory entries atomically.
  ///
  /// @return false if this file system can't; nothing was changed then
  boolean exchange(Path one, Path other) throws IOException;

  /// Renames; fails with FileAlreadyExistsException if the new name is taken.
  void move(Path from, Path to) throws IOException;

  /// Sets or clears the immutable flag of a directory (`chattr +i`), which stops root too.
  ///
  /// @return why it could not be done; empty if the flag is now as wanted
  Optional<String> setImmutable(Path dir, boolean immutable);

  /// Whether the immutable flag is set; empty if this file system has no such flag.
  Optional<Boolean> immutable(Path path);

  /// Whether directories that are made below this one can be made immutable by this process.
  boolean canSetImmutable(Path parent);

  /// Removes an empty directory; fails with DirectoryNotEmptyException if it is anything else.
  void removeEmpty(Path dir) throws IOException;

  /// Puts a small file in place atomically and durably.
  void write(Path file, byte[] content) throws IOException;

  /// Deletes a file of ours, and what a killed `write` of it left.
  ///
  /// @return whether there was anything to delete
  boolean delete(Path file) throws IOException;

  /// Makes changes to the entries of a directory durable.
  void sync(Path dir) throws IOException;
}
