package dev.gnomon.core.shadow;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.gnomon.core.ids.PointId;
import java.io.OutputStream;
import java.util.List;

/// What is in the points of one cell, without a directory to restore them to. Thread-safe.
public interface PointContents {

  /// Reads every chunk that a point needs and checks it against its hash, whatever it finds.
  Verification verify(PointId point, Progress progress);

  /// Writes a point, or what is below one of its paths, as a tar archive (POSIX pax): a stream, and
  /// nothing is stored on the way.
  ///
  /// @param path as [Verification] and comparisons show it; empty for everything
  /// @param out is not closed
  /// @throws IllegalArgumentException if the point has no such path
  /// @throws DamagedPointException if the point can't be read; the archive has no end then
  /// @throws java.io.UncheckedIOException if `out` can't be written
  void export(PointId point, String path, OutputStream out, Progress progress);

  /// @param files regular files, once a name
  /// @param chunks different chunks that were read
  /// @param bytes of these chunks
  /// @param damaged the first [#MAX_LISTED] paths that can't be restored, in the order of a walk
  /// @param damagedPaths all of them
  record Verification(
      PointId point, long files, long chunks, long bytes, List<Damage> damaged, long damagedPaths) {
    public static final int MAX_LISTED = 1000;

    public Verification {
      damaged = List.copyOf(damaged);
    }

    @JsonProperty
    public boolean whole() {
      return damagedPaths == 0;
    }
  }

  /// @param path ends in `/` if a directory can't be read: then nothing below it is known
  /// @param reason names the object of the store
  record Damage(String path, String reason) {}
}
