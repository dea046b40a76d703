package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.verification.buckets.S3TestServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/// The policy of the route function on a real MinIO: it reads routes and can do nothing else.
class RoutePolicyIT {
  private static final ObjectName ROUTE = new ObjectName("routes/site/00000000000000000001");
  private static final ObjectName DECISION = new ObjectName("decisions/site/key");
  private static final ObjectName EXPERIMENT = new ObjectName("chaos/begun/00000000000000000001");
  private static final byte[] CONTENT = "{}".getBytes(StandardCharsets.UTF_8);

  @Test
  void whoAnswersForRoutesReadsThemAndWritesNone() throws Exception {
    S3TestServer server = S3TestServer.required("RoutePolicyIT");
    String bucket = "route-" + UUID.randomUUID();
    server.bucket(bucket);
    MinioCell cell = MinioCell.in(server, bucket);
    try (S3ObjectStore all = cell.objects();
        S3ObjectStore route = cell.as("route")) {
      all.create(ROUTE, CONTENT);
      all.create(DECISION, CONTENT);
      all.create(EXPERIMENT, CONTENT);

      assertThat(StoreIdentity.find(records(route))).isEmpty();
      assertThatThrownBy(() -> StoreIdentity.of(records(route), "fresh"))
          .isInstanceOf(ObjectStoreException.class);
      StoreIdentity identity = StoreIdentity.of(records(all), "fresh");

      assertThat(StoreIdentity.find(records(route))).contains(identity);
      assertThat(route.read(ROUTE, ByteRange.ALL)).isPresent();
      assertThat(route.read(EXPERIMENT, ByteRange.ALL)).isPresent();
      assertThat(route.stat(new ObjectName("routes/site/00000000000000000002"))).isEmpty();
      assertThat(route.list("routes/", Optional.empty(), 10).objects()).hasSize(1);
      ObjectName next = new ObjectName("routes/site/00000000000000000002");
      assertThatThrownBy(() -> route.create(next, CONTENT))
          .isInstanceOf(ObjectStoreException.class);
      assertThatThrownBy(() -> route.delete(List.of(ROUTE)))
          .isInstanceOf(ObjectStoreException.class);
      assertThatThrownBy(() -> route.read(DECISION, ByteRange.ALL))
          .isInstanceOf(ObjectStoreException.class);
      assertThat(all.stat(ROUTE)).isPresent();
    }
  }

  private static ControlRecords records(S3ObjectStore store) {
    return new ControlRecords(store, () -> UUID.randomUUID().toString());
  }
}
