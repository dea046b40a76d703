package dev.gnomon.core.places;

import java.io.IOException;
import java.nio.file.Path;

/// Where a path leads, to tell whether two lie apart.
public final class CanonicalPath {
  private CanonicalPath() {}

  /// The path with the symbolic links of what exists of it resolved.
  ///
  /// @param path absolute
  public static Path of(Path path) {
    for (Path existing = path; existing != null; existing = existing.getParent()) {
      try {
        return existing.toRealPath().resolve(existing.relativize(path)).normalize();
      } catch (IOException e) {
        continue; // not there (yet) or not readable: its parent may be
      }
    }
    return path;
  }
}
