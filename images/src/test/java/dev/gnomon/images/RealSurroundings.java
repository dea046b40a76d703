package dev.gnomon.images;

import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.routes.RedisServer;
import java.io.IOException;
import java.nio.file.Path;

/// Surroundings on a real S3 server and a real Redis.
final class RealSurroundings {
  private RealSurroundings() {}

  /// @param directory that is there and empty
  /// @param bucket of the server
  static Surroundings of(Path directory, S3TestServer server, String bucket, RedisServer redis)
      throws IOException {
    return Surroundings.of(
        directory,
        "s3+" + server.endpoint() + "/" + bucket,
        server.accessKey(),
        server.secretKey(),
        redis.url());
  }
}
