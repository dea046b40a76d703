package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import java.util.List;

/// Whether experiments may make trouble here.
///
/// @param allowed false unless an owner says otherwise
/// @param cells that trouble may be made in; empty: all of them
public record ChaosPolicy(boolean allowed, List<CellName> cells) {
  public static final ChaosPolicy DEFAULT = new ChaosPolicy(false, List.of());

  public ChaosPolicy {
    cells = List.copyOf(cells);
  }

  public boolean allows(CellName cell) {
    return allowed && (cells.isEmpty() || cells.contains(cell));
  }
}
