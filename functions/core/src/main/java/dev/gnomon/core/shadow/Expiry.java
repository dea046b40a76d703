package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;
import java.time.Duration;
import java.util.Collection;

/// Deletes points and then the garbage that is left, by condemning first and deleting after a grace
/// time.
public interface Expiry {

  /// Deletes the given points. Points that are not there are fine. Which points may go (pins, keep
  /// rules) is decided by the caller.
  void expire(Collection<PointId> points);

  /// One step of garbage collection: condemns what no point refers to, or deletes what was
  /// condemned longer than the grace time ago and is still dead.
  CollectReport collect(Duration grace);

  /// @param condemned packs newly condemned
  /// @param deleted packs deleted
  record CollectReport(long condemned, long deleted, long deletedBytes) {}
}
