package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/// Deletes points and then the garbage that is left, by condemning first and deleting after a grace
/// time.
public interface Expiry {

  /// Deletes the given points. Points that are not there are fine. Which points may go (pins, keep
  /// rules, nothing older than a held point) is decided by the caller; only the newest point of a
  /// resource stays whatever is asked, so that its number is never given twice. A point under a
  /// hold stays too.
  void expire(Collection<PointId> points);

  /// Deletes points about which nothing was said since it was decided that they may go.
  ///
  /// @param decided how many marks each had then ([Marks#count])
  /// @return those that are deleted now; the others have a hold, another mark or a newer number
  List<PointId> expire(Map<PointId, Long> decided);

  /// A person has looked at a held point and takes it as it is: from now on it is not held, and
  /// later captures are measured against it. Repeating it changes nothing; a point that is not
  /// there is fine.
  void accept(PointId held);

  /// One step of garbage collection: condemns what no point refers to, or deletes what was
  /// condemned longer than the grace time ago and is still dead.
  ///
  /// @param grace at least this long between condemning and deleting; the store's own grace time
  ///   holds if it is longer
  /// @throws DamagedPointException if a point can't be read: then nothing is known to be dead
  CollectReport collect(Duration grace);

  /// Whether something was condemned longer than the grace time ago and not looked after since, so
  /// that [#collect] has something to delete. Costs a look at the lists that are open.
  boolean collectionDue(Duration grace);

  /// @param condemned packs newly condemned
  /// @param deleted packs deleted
  record CollectReport(long condemned, long deleted, long deletedBytes) {}
}
