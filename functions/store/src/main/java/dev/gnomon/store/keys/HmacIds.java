package dev.gnomon.store.keys;

import dev.gnomon.store.blobs.ContentIds;
import dev.gnomon.store.blobs.Hash;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/// Names content by HMAC-SHA-256: who has no key can't tell whether a store holds some content.
/// Thread-safe.
final class HmacIds implements ContentIds {
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKey key;
  private final ThreadLocal<Mac> mac = ThreadLocal.withInitial(this::keyed);

  HmacIds(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  @Override
  public Hash of(byte[] content, int offset, int length) {
    Mac own = mac.get();
    own.update(content, offset, length);
    return Hash.read(ByteBuffer.wrap(own.doFinal()));
  }

  private Mac keyed() {
    try {
      Mac own = Mac.getInstance(ALGORITHM);
      own.init(key);
      return own;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
