package dev.gnomon.core.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A signature: HMAC-SHA256 (RFC 2104, FIPS 198-1). Two are compared in constant time.
///
/// @param bytes 32 of them, if it is one; what others claim may be anything
public record Signature(byte[] bytes) {
  private static final String ALGORITHM = "HmacSHA256";

  public Signature {
    bytes = bytes.clone();
  }

  /// @param parts what is signed, one after the other
  public static Signature of(String key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), ALGORITHM));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return new Signature(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }

  /// What somebody claims to be a signature. What is no hexadecimal number equals none.
  public static Signature claimed(String hex) {
    try {
      return new Signature(HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT)));
    } catch (IllegalArgumentException e) {
      return new Signature(new byte[0]);
    }
  }

  /// In lower-case hexadecimal.
  public String hex() {
    return HexFormat.of().formatHex(bytes);
  }

  @Override
  public byte[] bytes() {
    return bytes.clone();
  }

  /// In a time that says nothing of where they differ.
  @Override
  public boolean equals(Object other) {
    return other instanceof Signature(byte[] others) && MessageDigest.isEqual(bytes, others);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  /// Shows nothing: a signature may be what lets somebody in.
  @Override
  public String toString() {
    return "Signature[" + bytes.length + " bytes]";
  }
}
