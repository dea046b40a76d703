package dev.gnomon.core.catalogue;

import dev.gnomon.core.ids.CellName;
import java.util.Optional;

/// A failure domain with its own object store.
///
/// @param store empty: the local stack gives the cell a store of its own
/// @param encryption of its shadow store; empty: whoever can read the store can read the shadows
public record Cell(CellName name, Optional<StoreSpec> store, Optional<EncryptionSpec> encryption) {
  public Cell(CellName name, Optional<StoreSpec> store) {
    this(name, store, Optional.empty());
  }
}
