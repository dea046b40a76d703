package dev.gnomon.s3;

import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.PrefixSpec.Credentials;
import dev.gnomon.core.catalogue.PrefixSpec.Versions;
import dev.gnomon.core.prefix.Buckets.Bucket;
import dev.gnomon.verification.buckets.BucketContract;
import dev.gnomon.verification.buckets.S3TestServer;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.SetBucketVersioningArgs;
import io.minio.messages.VersioningConfiguration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Buckets with versions on a real MinIO.
class MinioBucketIT extends BucketContract {
  private static final String BUCKET = "versions-" + UUID.randomUUID();
  private static Optional<S3Buckets> buckets = Optional.empty();
  private static Optional<S3TestServer> server = Optional.empty();

  @BeforeAll
  static void start() throws Exception {
    S3TestServer found = S3TestServer.required("MinioBucketIT");
    server = Optional.of(found);
    try (MinioClient client =
        MinioClient.builder()
            .endpoint(found.endpoint())
            .credentials(found.accessKey(), found.secretKey())
            .build()) {
      client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
      client.setBucketVersioning(
          SetBucketVersioningArgs.builder()
              .bucket(BUCKET)
              .config(
                  new VersioningConfiguration(
                      VersioningConfiguration.Status.ENABLED, null, null, null))
              .build());
    }
    PrefixSpec spec =
        new PrefixSpec(
            Optional.empty(),
            Optional.of(new Credentials("ACCESS", "SECRET")),
            Versions.AUTO,
            false,
            Optional.empty());
    buckets = Optional.of(new S3Buckets(place -> Optional.of(spec), found.environment()));
  }

  @AfterAll
  static void stop() {
    buckets.ifPresent(S3Buckets::close);
  }

  @Override
  protected Bucket bucket() {
    return buckets.orElseThrow().open(server.orElseThrow().place(BUCKET + "/" + UUID.randomUUID()));
  }

  /// MinIO cleans names and keeps objects as directories.
  @Override
  protected Set<String> refusedKeys() {
    return Set.of("a//b", "x".repeat(900));
  }
}
