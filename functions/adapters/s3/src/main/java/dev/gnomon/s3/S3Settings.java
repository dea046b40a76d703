package dev.gnomon.s3;

import dev.gnomon.core.objects.ObjectName;
import java.net.URI;
import java.util.Optional;

/// Where a cell's bucket is and how to get in.
///
/// @param endpoint `http(s)://host[:port]`
/// @param prefix empty, or the beginning of all names: segments joined by and ending with `/`
/// @param region what requests are signed for; many servers take any
/// @param partBytes size of the parts of a streaming put, 5 MiB to 1 GiB: the memory of one put. A
///   put has at most 10,000 parts (an S3 limit).
/// @param sessionToken that belongs to keys that hold for a while only
public record S3Settings(
    URI endpoint,
    String bucket,
    String prefix,
    String region,
    String accessKey,
    String secretKey,
    S3Timeouts timeouts,
    int partBytes,
    Optional<String> sessionToken) {
  /// 10,000 parts of it hold 156 GiB; smaller ones cost more requests, larger ones memory.
  public static final int PART_BYTES = 16 * 1024 * 1024;

  public static final String DEFAULT_REGION = "us-east-1";

  private static final int MIN_PART_BYTES = 5 * 1024 * 1024;
  private static final int MAX_PART_BYTES = 1024 * 1024 * 1024;
  private static final int MAX_PREFIX_LENGTH = 300;

  public S3Settings {
    if (accessKey.isBlank() || secretKey.isBlank()) {
      throw new IllegalArgumentException(
          "bucket %s at %s needs an access key and a secret key".formatted(bucket, endpoint));
    }
    if (partBytes < MIN_PART_BYTES || partBytes > MAX_PART_BYTES) {
      throw new IllegalArgumentException("parts must have 5 MiB to 1 GiB: " + partBytes);
    }
    if (!isPrefix(prefix)) {
      throw new IllegalArgumentException("not a prefix of objects: '" + prefix + "'");
    }
  }

  public S3Settings withTimeouts(S3Timeouts changed) {
    return new S3Settings(
        endpoint, bucket, prefix, region, accessKey, secretKey, changed, partBytes, sessionToken);
  }

  public S3Settings withPartBytes(int changed) {
    return new S3Settings(
        endpoint, bucket, prefix, region, accessKey, secretKey, timeouts, changed, sessionToken);
  }

  public S3Settings withPrefix(String changed) {
    return new S3Settings(
        endpoint, bucket, changed, region, accessKey, secretKey, timeouts, partBytes, sessionToken);
  }

  /// Keys that hold for a while only, such as those of an assumed role, come with a token.
  public S3Settings withSessionToken(Optional<String> changed) {
    return new S3Settings(
        endpoint, bucket, prefix, region, accessKey, secretKey, timeouts, partBytes, changed);
  }

  /// Everything but the keys.
  @Override
  public String toString() {
    return "bucket %s%s at %s"
        .formatted(bucket, prefix.isEmpty() ? "" : " below " + prefix, endpoint);
  }

  private static boolean isPrefix(String prefix) {
    if (prefix.isEmpty()) {
      return true;
    }
    if (!prefix.endsWith("/") || prefix.length() > MAX_PREFIX_LENGTH) {
      return false;
    }
    try {
      new ObjectName(prefix.substring(0, prefix.length() - 1));
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
