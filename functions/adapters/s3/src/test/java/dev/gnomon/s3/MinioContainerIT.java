package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.objects.ObjectStoreContract;
import java.net.URI;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.MinIOContainer;

/// The contract on a MinIO in a container, where Docker answers, whatever other servers there are.
class MinioContainerIT extends ObjectStoreContract {
  private static final String BUCKET = "contract-" + UUID.randomUUID();
  private static @Nullable MinIOContainer container;
  private static S3TestServer server;

  @BeforeAll
  static void start() throws Exception {
    if (!MinioContainer.dockerAnswers()) {
      String reason =
          "SKIPPED MinioContainerIT: no Docker answers (as root, eval"
              + " \"$(local-dev/test-servers up)\" starts one of its own)";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
    container = MinioContainer.started();
    server =
        new S3TestServer(
            container.getS3URL(), container.getUserName(), container.getPassword(), "us-east-1");
    server.bucket(BUCKET);
  }

  @AfterAll
  static void stop() {
    if (container != null) {
      container.stop();
    }
  }

  @Override
  protected ObjectStore openEmptyStore() {
    URI url = URI.create("s3+" + server.endpoint() + "/" + BUCKET + "/t/" + UUID.randomUUID());
    return S3ObjectStore.open(
        S3ObjectStores.settings(url, server.accessKey(), server.secretKey(), "")
            .withPartBytes(partBytes()));
  }

  @Test
  void theServerPassesTheAtomicityProbe() {
    assertThat(CellProbe.require(store(), () -> UUID.randomUUID().toString()).evidence()).isEmpty();
  }
}
