package dev.gnomon.store.keys;

import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Seal;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// AES-256-GCM (NIST SP 800-38D): nonce of 12 random bytes, ciphertext, tag of 16 bytes. With
/// random nonces a key is good for 2^32 messages; docs/STORE-FORMAT.md says what that means for a
/// store. Thread-safe.
final class AesGcm implements Seal {
  private static final int NONCE_BYTES = 12;
  private static final int TAG_BYTES = 16;
  private static final ThreadLocal<Cipher> CIPHER = ThreadLocal.withInitial(AesGcm::cipher);

  private final SecretKey key;
  private final SecureRandom random;

  /// @param key 32 bytes
  AesGcm(byte[] key, SecureRandom random) {
    this.key = new SecretKeySpec(key, "AES");
    this.random = random;
  }

  @Override
  public int overheadBytes() {
    return NONCE_BYTES + TAG_BYTES;
  }

  @Override
  public byte[] seal(byte[] plain, int length, byte[] about) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    byte[] sealed = new byte[NONCE_BYTES + length + TAG_BYTES];
    System.arraycopy(nonce, 0, sealed, 0, NONCE_BYTES);
    try {
      Cipher cipher = CIPHER.get();
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
      cipher.updateAAD(about);
      cipher.doFinal(plain, 0, length, sealed, NONCE_BYTES);
      return sealed;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work on this machine", e);
    }
  }

  @Override
  public byte[] open(byte[] sealed, byte[] about) {
    if (sealed.length < overheadBytes()) {
      throw new BlobFault("it is too short to be sealed");
    }
    try {
      Cipher cipher = CIPHER.get();
      cipher.init(
          Cipher.DECRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, sealed, 0, NONCE_BYTES));
      cipher.updateAAD(about);
      return cipher.doFinal(sealed, NONCE_BYTES, sealed.length - NONCE_BYTES);
    } catch (AEADBadTagException e) {
      throw new BlobFault("its seal is broken: it was changed, or belongs elsewhere");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work on this machine", e);
    }
  }

  private static Cipher cipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has AES-GCM", e);
    }
  }
}
