package dev.gnomon.s3;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.predictions.ModelShelfContract;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;

/// Models on the MinIO that `GNOMON_TEST_S3=endpoint,access,secret` names.
class MinioModelShelfIT extends ModelShelfContract {
  private static final String BUCKET = "models-" + UUID.randomUUID();
  private static String[] server = {};

  @BeforeAll
  static void findServer() throws Exception {
    String given = System.getenv("GNOMON_TEST_S3");
    assumeTrue(
        given != null && !given.isBlank(),
        "SKIPPED MinioModelShelfIT: GNOMON_TEST_S3 is not set"
            + " (eval \"$(local-dev/test-servers up)\" starts a MinIO server)");
    server = given.split(",", 3);
    try (MinioClient client =
        MinioClient.builder().endpoint(server[0]).credentials(server[1], server[2]).build()) {
      client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
    }
  }

  @Override
  protected ObjectStore openEmptyStore() {
    URI url = URI.create("s3+" + server[0] + "/" + BUCKET + "/t/" + UUID.randomUUID());
    return S3ObjectStore.open(S3ObjectStores.settings(url, server[1], server[2], ""));
  }
}
