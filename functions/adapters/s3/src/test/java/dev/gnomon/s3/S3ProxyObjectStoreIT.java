package dev.gnomon.s3;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.verification.objects.ObjectStoreContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The contract on the server of the local stack, a bucket a test.
class S3ProxyObjectStoreIT extends ObjectStoreContract {
  @TempDir static Path directory;
  private static S3ProxyServer server;

  @BeforeAll
  static void start() throws Exception {
    server = new S3ProxyServer(directory);
  }

  @AfterAll
  static void stop() throws Exception {
    server.close();
  }

  @Override
  protected ObjectStore openEmptyStore() throws Exception {
    String bucket = "b-" + UUID.randomUUID();
    server.makeBucket(bucket);
    return S3ObjectStore.open(server.settings(bucket).withPartBytes(partBytes()));
  }

  @Test
  void theServerPassesTheAtomicityProbe() {
    assertThat(CellProbe.require(store(), () -> UUID.randomUUID().toString()).evidence()).isEmpty();
  }
}
