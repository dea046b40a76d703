package dev.gnomon.redis;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.routes.StoreIdentity;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/// The identity of the control store, which every key carries; asked until it answers. Thread-safe.
final class KnownStore {
  private final Supplier<StoreIdentity> identity;
  private final AtomicReference<Optional<StoreIdentity>> known =
      new AtomicReference<>(Optional.empty());

  KnownStore(Supplier<StoreIdentity> identity) {
    this.identity = identity;
  }

  /// @return empty while the store is away and never answered before
  Optional<StoreIdentity> get() {
    Optional<StoreIdentity> store = known.get();
    if (store.isEmpty()) {
      try {
        store = Optional.of(identity.get());
        known.set(store);
      } catch (ObjectStoreException e) {
        // Asked again at the next call.
        return Optional.empty();
      }
    }
    return store;
  }
}
