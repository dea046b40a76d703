package dev.gnomon.protect;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.journal.Journals;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Expiry;
import dev.gnomon.core.shadow.PointContents;
import dev.gnomon.core.shadow.PointMarks;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.Serving;
import dev.gnomon.core.shadow.ShadowStore;

/// Stores of cells as others give them; a test exchanges one of the ports.
class ForwardingCellStores implements CellStores {
  private final CellStores stores;

  ForwardingCellStores(CellStores stores) {
    this.stores = stores;
  }

  @Override
  public ShadowStore shadows(CellName cell) {
    return stores.shadows(cell);
  }

  @Override
  public Restorer restorer(CellName cell) {
    return stores.restorer(cell);
  }

  @Override
  public Expiry expiry(CellName cell) {
    return stores.expiry(cell);
  }

  @Override
  public PointMarks marks(CellName cell) {
    return stores.marks(cell);
  }

  @Override
  public PointContents contents(CellName cell) {
    return stores.contents(cell);
  }

  @Override
  public Journals journals(CellName cell) {
    return stores.journals(cell);
  }

  @Override
  public Serving serving(CellName cell) {
    return stores.serving(cell);
  }
}
