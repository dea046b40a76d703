package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.LargePutTrial;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.objects.ObjectStoreContract;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.testcontainers.containers.MinIOContainer;

/// The contract on a real MinIO: the one that `GNOMON_TEST_S3=endpoint,access,secret` names, or a
/// container where Docker answers (see [MinioContainer]).
class MinioObjectStoreIT extends ObjectStoreContract {
  private static final String BUCKET = "contract-" + UUID.randomUUID();
  private static @Nullable MinIOContainer container;
  private static String endpoint = "";
  private static String accessKey = "";
  private static String secretKey = "";

  @BeforeAll
  static void findServer() throws Exception {
    String given = System.getenv("GNOMON_TEST_S3");
    if (given != null && !given.isBlank()) {
      String[] parts = given.split(",", 3);
      endpoint = parts[0];
      accessKey = parts[1];
      secretKey = parts[2];
    } else if (MinioContainer.dockerAnswers()) {
      container = MinioContainer.started();
      endpoint = container.getS3URL();
      accessKey = container.getUserName();
      secretKey = container.getPassword();
    } else {
      String reason =
          "SKIPPED MinioObjectStoreIT: GNOMON_TEST_S3 is not set and no Docker answers"
              + " (eval \"$(local-dev/test-servers up)\" starts a MinIO server)";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
    try (MinioClient client =
        MinioClient.builder().endpoint(endpoint).credentials(accessKey, secretKey).build()) {
      client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
    }
  }

  @AfterAll
  static void stop() {
    if (container != null) {
      container.stop();
    }
  }

  private static S3Settings settings(String path) {
    return S3ObjectStores.settings(
        URI.create("s3+" + endpoint + "/" + path), accessKey, secretKey, "");
  }

  @Override
  protected ObjectStore openEmptyStore() {
    return S3ObjectStore.open(
        settings(BUCKET + "/t/" + UUID.randomUUID()).withPartBytes(partBytes()));
  }

  @Test
  void theServerPassesTheAtomicityProbe() {
    assertThat(CellProbe.require(store(), () -> UUID.randomUUID().toString()).evidence()).isEmpty();
  }

  @Test
  void theServerLeavesTakenNamesAloneAtTheEndOfAnUpload() {
    ObjectName taken = new ObjectName("taken");
    store().create(taken, new byte[3]);

    assertThat(((LargePutTrial) store()).putOver(taken)).isEmpty();

    assertThat(store().stat(taken)).map(ObjectStat::sizeBytes).contains(3L);
  }

  @Test
  void wrongKeysAreAPermanentFaultThatSaysWhatToCheck() {
    S3Settings wrong =
        S3ObjectStores.settings(
            URI.create("s3+" + endpoint + "/" + BUCKET), accessKey, "not-the-secret", "");
    try (S3ObjectStore store = S3ObjectStore.open(wrong)) {
      assertThatThrownBy(() -> store.create(new ObjectName("a"), new byte[1]))
          .hasMessageContaining("403")
          .hasMessageContaining("check access key, secret key")
          .hasMessageContaining(endpoint)
          .hasMessageNotContaining("not-the-secret")
          .extracting(e -> ((ObjectStoreException) e).kind())
          .isEqualTo(Kind.PERMANENT);
    }
  }

  @Test
  void aMissingBucketIsAPermanentFaultOfEveryCall() {
    try (S3ObjectStore store = S3ObjectStore.open(settings("no-such-bucket-here"))) {
      ObjectName name = new ObjectName("a");
      for (ThrowingCallable call :
          List.<ThrowingCallable>of(
              () -> store.create(name, new byte[1]),
              () -> store.read(name, ByteRange.ALL),
              () -> store.stat(name),
              () -> store.list("", Optional.empty(), 1),
              store::time)) {
        assertThatThrownBy(call)
            .hasMessageContaining("no-such-bucket-here")
            .extracting(e -> ((ObjectStoreException) e).kind())
            .isEqualTo(Kind.PERMANENT);
      }
    }
  }
}
