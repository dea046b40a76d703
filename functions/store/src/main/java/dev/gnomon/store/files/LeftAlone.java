package dev.gnomon.store.files;

import java.util.Optional;

/// Entries that points can't keep: a capture names them, and a restore neither makes, changes nor
/// deletes them.
public final class LeftAlone {
  /// Begins the name of a file that a restore is writing.
  public static final String TEMPORARY = ".gnomon-tmp-";

  /// Directory for what a restore could not read and moved aside, if it must be inside the target.
  public static final String ASIDE = ".gnomon-aside";

  private LeftAlone() {}

  /// @param rootDevice device of the directory that is captured or restored
  /// @return why the entry is left alone; empty if it is not
  public static Optional<String> reason(String rawName, FileStat stat, long rootDevice) {
    if (rawName.startsWith(TEMPORARY)) {
      return Optional.of("left over from a restore that was killed");
    }
    if (rawName.equals(ASIDE)) {
      return Optional.of("holds what a restore could not read and moved aside");
    }
    return switch (stat.kind()) {
      case FILE, SYMLINK -> Optional.empty();
      case DIRECTORY ->
          stat.device() == rootDevice
              ? Optional.empty()
              : Optional.of("another file system is mounted here");
      case FIFO, SOCKET, DEVICE, OTHER -> Optional.of(stat.kind().words());
    };
  }
}
