package dev.gnomon.store.keys;

import dev.gnomon.core.objects.ObjectStoreException;

/// A key that wraps the data keys of stores and does nothing else: in a file, in the environment,
/// or in a service that never gives it away. Thread-safe.
public interface MasterKey {

  /// Tells master keys apart and says nothing of them: lower-case letters, digits and hyphens.
  String fingerprint();

  /// What a person recognises it by, such as the address of a service; never the key.
  String description();

  /// @param about what the data key belongs to; needed to unwrap it
  /// @throws ObjectStoreException if a service that holds the key does not do it
  byte[] wrap(byte[] dataKey, byte[] about);

  /// @throws WrongKeyException if it is not what this key wrapped
  /// @throws ObjectStoreException if a service that holds the key does not do it
  byte[] unwrap(byte[] wrapped, byte[] about);
}
