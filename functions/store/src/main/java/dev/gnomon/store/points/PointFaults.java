package dev.gnomon.store.points;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobFault;

/// Says which point and path a fault of the store hurts.
public final class PointFaults {
  private PointFaults() {}

  /// @param path raw; empty for the root
  public static DamagedPointException at(PointId point, String path, BlobFault fault) {
    return new DamagedPointException(
        point,
        "point %s is damaged at '%s': %s"
            .formatted(point, path.isEmpty() ? "/" : RawName.display(path), fault.getMessage()));
  }
}
