package dev.gnomon.protect;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.RetryingObjectStore;

/// The object stores of the cells, with retries. The deployable opens them from the catalogue; the
/// local stack brings its own.
public interface CellObjects {
  /// @throws dev.gnomon.core.faults.Refusal if the catalogue has no such cell
  ObjectStore of(CellName cell);

  /// The same one without retries, for who wants to know how it is right now.
  default ObjectStore once(CellName cell) {
    ObjectStore store = of(cell);
    return store instanceof RetryingObjectStore retrying ? retrying.once() : store;
  }
}
