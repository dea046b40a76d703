package dev.gnomon.store.keys;

import dev.gnomon.store.blobs.BlobFault;
import java.security.SecureRandom;

/// A master key that this process holds itself: 32 bytes from a file or the environment.
final class RawMasterKey implements MasterKey {
  private static final SecureRandom RANDOM = new SecureRandom();

  private final AesGcm wrapping;
  private final String fingerprint;
  private final String description;

  /// @param key 32 bytes
  /// @param description where it came from
  RawMasterKey(byte[] key, String description) {
    this.wrapping = new AesGcm(Derived.key(key, "gnomon master key wrapping"), RANDOM);
    this.fingerprint = "raw-" + Derived.fingerprint(key, "gnomon master key fingerprint");
    this.description = description;
  }

  @Override
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  public byte[] wrap(byte[] dataKey, byte[] about) {
    return wrapping.seal(dataKey, dataKey.length, about);
  }

  @Override
  public byte[] unwrap(byte[] wrapped, byte[] about) {
    try {
      return wrapping.open(wrapped, about);
    } catch (BlobFault e) {
      throw new WrongKeyException(
          "the master key %s does not open what it is said to have wrapped: %s"
              .formatted(fingerprint, e.getMessage()));
    }
  }
}
