package dev.gnomon.core.journal;

import java.util.Optional;

/// Keys that are paths below a directory.
public final class PathKeys {
  private static final int MAX_NAME_BYTES = 255;

  private PathKeys() {}

  /// Why a key is no path of a file; empty if it is one. Absolute paths, empty names, `.` and `..`
  /// are none: they could lead out of the directory.
  public static Optional<String> refusal(Key key) {
    for (String name : key.raw().split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
        return Optional.of("it is no path of a file below a directory");
      }
      if (name.length() > MAX_NAME_BYTES) {
        return Optional.of(
            "a name in it has %d bytes, at most %d are possible"
                .formatted(name.length(), MAX_NAME_BYTES));
      }
    }
    return Optional.empty();
  }
}
