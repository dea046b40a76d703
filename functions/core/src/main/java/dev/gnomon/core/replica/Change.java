package dev.gnomon.core.replica;

import java.util.Optional;

/// Something below a directory that may differ from what it was.
///
/// @param path raw names joined by `/`, one char (0 to 255) a byte; empty for the top directory
/// @param below whether everything below it may differ too, not only the entry itself
/// @param movedFrom raw path under which the same entry stood before, if that is known
public record Change(String path, boolean below, Optional<String> movedFrom) {
  public static final Change EVERYTHING = new Change("", true, Optional.empty());

  /// A change of one entry.
  public static Change of(String path) {
    return new Change(path, false, Optional.empty());
  }

  /// A change of an entry and all that is below it.
  public static Change below(String path) {
    return new Change(path, true, Optional.empty());
  }
}
