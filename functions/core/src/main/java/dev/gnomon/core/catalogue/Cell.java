package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import java.util.Optional;

/// A failure domain with its own object store.
///
/// @param store empty: the local stack gives the cell a store of its own
public record Cell(CellName name, Optional<StoreSpec> store) {}
