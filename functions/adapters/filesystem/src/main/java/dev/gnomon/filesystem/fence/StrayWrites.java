package dev.gnomon.filesystem.fence;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.routes.Location;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/// Finds what writers put at a location while it was fenced and what was moved aside since:
/// `.(name).gnomon-stray-(epoch of the fence)` beside the location. Gnomon never deletes it.
public final class StrayWrites {
  private StrayWrites() {}

  /// Oldest first; empty if there is nothing, or if the location's parent is not there.
  ///
  /// @param epoch the epoch that the location was fenced for
  /// @throws IOException if the location's parent can't be read
  public static List<Path> of(Location location, Epoch epoch) throws IOException {
    try {
      return FenceNames.of(location.path()).strays(epoch);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
