package dev.gnomon.local.it;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.local.servers.CellBucket;
import dev.gnomon.local.servers.EmbeddedS3;
import dev.gnomon.verification.buckets.S3TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A server with a bucket of the application, for tests of resources that are prefixes.
///
/// @param bucket the whole bucket
/// @param environment the application's credentials, under the names that the tests' catalogues use
record DataServer(S3Prefix bucket, Map<String, String> environment, Runnable end)
    implements AutoCloseable {

  /// One in this process that keeps objects as files, and knows neither versions nor policies.
  static DataServer ofFiles(Path directory) throws IOException {
    Path root = Files.createDirectories(directory.resolve("s3"));
    Files.createDirectories(root.resolve("data"));
    CellBucket keys = CellBucket.of(new CellName("data"), "the-access-key", "the-secret-key");
    EmbeddedS3 s3 = EmbeddedS3.start(root, List.of(keys));
    return new DataServer(
        S3Prefix.of("s3+" + s3.endpoint() + "/data"),
        environment(keys.accessKey(), keys.secretKey()),
        s3::close);
  }

  /// A MinIO; where there is none, the test is skipped.
  static DataServer minio(Class<?> test) throws Exception {
    S3TestServer server = S3TestServer.required(test.getSimpleName());
    String bucket = "data-" + UUID.randomUUID();
    server.bucket(bucket);
    return of(server, bucket);
  }

  /// A bucket of a server that the test has made itself.
  static DataServer of(S3TestServer server, String bucket) {
    return new DataServer(
        server.place(bucket), environment(server.accessKey(), server.secretKey()), () -> {});
  }

  private static Map<String, String> environment(String accessKey, String secretKey) {
    return Map.of("DATA_ACCESS", accessKey, "DATA_SECRET", secretKey);
  }

  /// The part of the bucket below a prefix.
  S3Prefix below(String prefix) {
    return S3Prefix.of(bucket + "/" + prefix);
  }

  @Override
  public void close() {
    end.run();
  }
}
