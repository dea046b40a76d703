package dev.gnomon.core.routes;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectName;
import java.util.Optional;

/// The random identity of one control store, made at its first use and kept in it. An index writes
/// it into its keys, so that the index of another or of a reset installation is never believed.
///
/// @param id 1 to 64 letters, digits and hyphens, such as a UUID
public record StoreIdentity(String id) {
  private static final ObjectName NAME = new ObjectName("cell/identity");

  public StoreIdentity {
    if (!id.matches("[A-Za-z0-9-]{1,64}")) {
      throw new IllegalArgumentException(
          "identity of a control store must be 1-64 letters, digits and hyphens: '" + id + "'");
    }
  }

  /// Reads the identity, or makes the given one the store's if it has none; of racing callers all
  /// get the same.
  ///
  /// @param fresh what to take if the store has none, such as a random UUID
  /// @throws dev.gnomon.core.objects.ObjectStoreException if the store is away
  public static StoreIdentity of(ControlRecords records, String fresh) {
    return find(records).orElseGet(() -> records.create(NAME, new StoreIdentity(fresh)).record());
  }

  /// The identity if the store has one already; for those who may only read.
  ///
  /// @throws dev.gnomon.core.objects.ObjectStoreException if the store is away
  public static Optional<StoreIdentity> find(ControlRecords records) {
    return records.read(NAME, StoreIdentity.class);
  }
}
