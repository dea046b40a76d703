package dev.gnomon.protect;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;

/// The object stores of the cells, with retries. The deployable opens them from the catalogue; the
/// local stack brings its own.
public interface CellObjects {
  /// @throws dev.gnomon.core.faults.Refusal if the catalogue has no such cell
  ObjectStore of(CellName cell);
}
