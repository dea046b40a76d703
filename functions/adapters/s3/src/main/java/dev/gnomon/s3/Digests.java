package dev.gnomon.s3;

import io.minio.Http;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// The hashes that make a server refuse a body that was damaged on its way: the signed SHA-256
/// (also over HTTPS) and Content-MD5, which every S3 server checks.
record Digests(byte[] sha256, byte[] md5) {
  /// User metadata that holds the SHA-256 of a whole object, in hex.
  static final String STORED_SHA256 = "x-amz-meta-gnomon-sha256";

  static Digests of(byte[] content, int length) {
    MessageDigest sha256 = digest("SHA-256");
    MessageDigest md5 = digest("MD5");
    sha256.update(content, 0, length);
    md5.update(content, 0, length);
    return new Digests(sha256.digest(), md5.digest());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  Http.Headers headers() {
    return new Http.Headers(
        Http.Headers.X_AMZ_CONTENT_SHA256,
        sha256Hex(),
        Http.Headers.CONTENT_MD5,
        Base64.getEncoder().encodeToString(md5));
  }

  String sha256Hex() {
    return HexFormat.of().formatHex(sha256);
  }

  String md5Hex() {
    return HexFormat.of().formatHex(md5);
  }
}
