package dev.gnomon.verification.buckets;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.places.S3Prefix;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.SetBucketVersioningArgs;
import io.minio.credentials.AssumeRoleProvider;
import io.minio.credentials.Credentials;
import io.minio.messages.VersioningConfiguration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/// A real S3 server that a variable names as `endpoint,access,secret` (`eval
/// "$(local-dev/test-servers up)"` starts them).
///
/// @param region what requests must be signed for
public record S3TestServer(String endpoint, String accessKey, String secretKey, String region) {
  private static final String ANY_REGION = "us-east-1";

  /// Names a MinIO.
  public static final String MINIO = "GNOMON_TEST_S3";

  /// Names a versitygw, and its region as a fourth.
  public static final String VERSITY = "GNOMON_TEST_VERSITY";

  /// The MinIO; skips the test, saying why, where there is none.
  public static S3TestServer required(String test) {
    return required(test, MINIO);
  }

  /// The server that the variable names; skips the test, saying why, where there is none.
  public static S3TestServer required(String test, String variable) {
    String given = System.getenv(variable);
    if (given == null || given.isBlank()) {
      String reason =
          "SKIPPED %s: %s is not set (eval \"$(local-dev/test-servers up)\" starts a server)"
              .formatted(test, variable);
      System.out.println(reason);
      assumeTrue(false, reason);
      throw new IllegalStateException("an assumption that does not hold ends the test");
    }
    String[] parts = given.split(",", variable.equals(VERSITY) ? 4 : 3);
    return new S3TestServer(parts[0], parts[1], parts[2], parts.length > 3 ? parts[3] : ANY_REGION);
  }

  /// A client for whoever may do everything.
  public MinioClient client() {
    return MinioClient.builder()
        .endpoint(endpoint)
        .region(region)
        .credentials(accessKey, secretKey)
        .build();
  }

  /// Credentials for an hour, of somebody who may do what a policy says and nothing else.
  ///
  /// @param policy of at most 2048 characters, which is what a session holds
  public Credentials credentials(JsonNode policy) throws Exception {
    return new AssumeRoleProvider(
            endpoint,
            accessKey,
            secretKey,
            (int) TimeUnit.HOURS.toSeconds(1),
            Json.MAPPER.writeValueAsString(policy),
            region,
            null,
            null,
            null,
            null)
        .fetch();
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
