package dev.gnomon.verification.buckets;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.places.S3Prefix;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.SetBucketVersioningArgs;
import io.minio.messages.VersioningConfiguration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/// The real S3 server that `GNOMON_TEST_S3=endpoint,access,secret` names (`eval
/// "$(local-dev/test-servers up)"` starts one).
public record S3TestServer(String endpoint, String accessKey, String secretKey) {

  /// Skips the test, saying why, where there is none.
  public static S3TestServer required(String test) {
    String given = System.getenv("GNOMON_TEST_S3");
    if (given == null || given.isBlank()) {
      String reason =
          "SKIPPED "
              + test
              + ": GNOMON_TEST_S3 is not set (eval \"$(local-dev/test-servers up)\" starts a MinIO"
              + " server)";
      System.out.println(reason);
      assumeTrue(false, reason);
      throw new IllegalStateException("an assumption that does not hold ends the test");
    }
    String[] parts = given.split(",", 3);
    return new S3TestServer(parts[0], parts[1], parts[2]);
  }

  /// A client for whoever may do everything.
  public MinioClient client() {
    return MinioClient.builder().endpoint(endpoint).credentials(accessKey, secretKey).build();
  }

  /// Makes a bucket.
  public void bucket(String name) throws Exception {
    try (MinioClient client = client()) {
      client.makeBucket(MakeBucketArgs.builder().bucket(name).build());
    }
  }

  /// Makes a bucket that keeps versions.
  public void versionedBucket(String name) throws Exception {
    bucket(name);
    keepVersions(name);
  }

  /// Has a bucket keep versions from now on.
  public void keepVersions(String bucket) throws Exception {
    try (MinioClient client = client()) {
      client.setBucketVersioning(
          SetBucketVersioningArgs.builder()
              .bucket(bucket)
              .config(
                  new VersioningConfiguration(
                      VersioningConfiguration.Status.ENABLED, null, null, null))
              .build());
    }
  }

  public S3Prefix place(String path) {
    return S3Prefix.of("s3+" + endpoint + "/" + path);
  }

  /// Its credentials as the environment variables `ACCESS` and `SECRET`.
  public Function<String, Optional<String>> environment() {
    Map<String, String> variables = Map.of("ACCESS", accessKey, "SECRET", secretKey);
    return name -> Optional.ofNullable(variables.get(name));
  }
}
