package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.journal.Journals;

/// The shadow stores of the cells, by name.
public interface CellStores {
  /// @throws IllegalArgumentException if the catalogue has no such cell
  ShadowStore shadows(CellName cell);

  Restorer restorer(CellName cell);

  Expiry expiry(CellName cell);

  PointMarks marks(CellName cell);

  PointContents contents(CellName cell);

  Journals journals(CellName cell);

  Serving serving(CellName cell);
}
