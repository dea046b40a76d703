package dev.gnomon.s3;

import java.time.Duration;

/// How long to wait for a server.
///
/// @param connect until a connection stands, TLS included
/// @param read between two bytes of an answer, and for the first one
/// @param write between two bytes of a request
public record S3Timeouts(Duration connect, Duration read, Duration write) {
  /// A server that is silent for this long is taken for dead; AWS answers a large
  /// CompleteMultipartUpload within a few seconds and keeps the connection alive with blanks.
  public static final S3Timeouts STANDARD =
      new S3Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30));

  public S3Timeouts {
    if (!connect.isPositive() || !read.isPositive() || !write.isPositive()) {
      throw new IllegalArgumentException(
          "time-outs must be above nothing: connect %s, read %s, write %s"
              .formatted(connect, read, write));
    }
  }
}
