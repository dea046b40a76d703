package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.objects.LargePutTrial;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.objects.ObjectStoreContract;
import java.net.URI;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The contract on a gateway over a directory, versitygw: the one that `GNOMON_TEST_VERSITY` names.
class VersityObjectStoreIT extends ObjectStoreContract {
  private static final String BUCKET = "contract-" + UUID.randomUUID();
  private static S3TestServer server;

  @BeforeAll
  static void findServer() throws Exception {
    server = S3TestServer.required("VersityObjectStoreIT", S3TestServer.VERSITY);
    server.bucket(BUCKET);
  }

  private static S3Settings settings(String path, String secretKey) {
    return S3ObjectStores.settings(
        URI.create("s3+" + server.endpoint() + "/" + path),
        server.accessKey(),
        secretKey,
        server.region());
  }

  @Override
  protected ObjectStore openEmptyStore() {
    return S3ObjectStore.open(
        settings(BUCKET + "/t/" + UUID.randomUUID(), server.secretKey())
            .withPartBytes(partBytes()));
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
    try (S3ObjectStore store = S3ObjectStore.open(settings(BUCKET, "not-the-secret"))) {
      assertThatThrownBy(() -> store.create(new ObjectName("a"), new byte[1]))
          .hasMessageContaining("check access key, secret key")
          .hasMessageNotContaining("not-the-secret")
          .extracting(e -> ((ObjectStoreException) e).kind())
          .isEqualTo(Kind.PERMANENT);
    }
  }
}
