package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.DamagedPointException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Collects the garbage of the shadow cells: the first step when points have expired, the second
/// one, a grace time later, when a sweep finds it due.
public final class CollectGarbage {
  /// A collection reads every tree of a store; one that failed is not begun at each sweep.
  static final Duration PAUSE_AFTER_FAULT = Duration.ofMinutes(15);

  private static final Duration BUSY_FOR = Duration.ofMinutes(5);

  private final Catalogue catalogue;
  private final ControlRecords records;
  private final CellStores stores;
  private final Duration grace;
  private final KeyedLocks locks = new KeyedLocks();
  private final Map<CellName, Instant> failed = new ConcurrentHashMap<>();

  /// @param grace at least this long between condemning and deleting
  public CollectGarbage(
      Catalogue catalogue, ControlRecords records, CellStores stores, Duration grace) {
    this.catalogue = catalogue;
    this.records = records;
    this.stores = stores;
    this.grace = grace;
  }

  /// The cells that hold shadows.
  public List<CellName> cells() {
    return catalogue.resources().stream()
        .flatMap(resource -> resource.shadows().stream())
        .map(ShadowSpec::cell)
        .distinct()
        .toList();
  }

  /// One step of collection in a cell.
  ///
  /// @throws Busy if this process is at it already
  /// @throws DamagedPointException if a point can't be read: nothing is collected then
  public void collect(CellName cell) {
    if (!attempted(cell)) {
      throw new Busy("the garbage of " + cell + " is being collected", BUSY_FOR);
    }
  }

  /// The second step of a collection, if there is one to do and nobody of this process is at it.
  ///
  /// @return whether a step was done
  public boolean collectIfDue(CellName cell) {
    Instant fault = failed.get(cell);
    if ((fault != null && records.time().isBefore(fault.plus(PAUSE_AFTER_FAULT)))
        || !stores.expiry(cell).collectionDue(grace)) {
      return false;
    }
    return attempted(cell);
  }

  private boolean attempted(CellName cell) {
    return locks
        .tryLocked(
            cell.value(),
            () -> {
              try {
                failed.remove(cell);
                return stores.expiry(cell).collect(grace);
              } catch (RuntimeException e) {
                failed.put(cell, records.time());
                throw e;
              }
            })
        .isPresent();
  }
}
