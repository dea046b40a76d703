package dev.gnomon.store.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// Keys for single purposes out of one key: HKDF-SHA-256 (RFC 5869) without salt, the purpose as
/// its info.
final class Derived {
  static final int KEY_BYTES = 32;
  private static final int FINGERPRINT_BYTES = 16;

  private Derived() {}

  /// @param length in bytes, up to 8160
  static byte[] bytes(byte[] key, String purpose, int length) {
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(new SecretKeySpec(key, "Generic"))
                  .thenExpand(purpose.getBytes(US_ASCII), length));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform from 25 on has HKDF-SHA256", e);
    }
  }

  static byte[] key(byte[] key, String purpose) {
    return bytes(key, purpose, KEY_BYTES);
  }

  /// Names a key without saying anything of it: 32 hexadecimal digits.
  static String fingerprint(byte[] key, String purpose) {
    return HexFormat.of().formatHex(bytes(key, purpose, FINGERPRINT_BYTES));
  }
}
