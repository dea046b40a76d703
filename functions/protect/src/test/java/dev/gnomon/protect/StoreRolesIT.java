package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.CaptureRequest;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.s3.S3ObjectStores;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreKeys;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.credentials.AssumeRoleProvider;
import io.minio.credentials.Credentials;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The policies of docs/policies on a real MinIO: each role can do its work, and what it must not
/// do is refused by the server.
class StoreRolesIT {
  private static final ResourceName SITE = new ResourceName("site");
  private static final String BUCKET = "roles-" + UUID.randomUUID();
  private static final MasterKey FIRST = key("a");
  private static final MasterKey SECOND = key("b");
  private static String[] server = {"", "", ""};

  @TempDir Path temp;
  private final String prefix = "cell/" + UUID.randomUUID() + "/";
  private Path source;
  private Point point;

  @BeforeAll
  static void findServer() throws Exception {
    String given = System.getenv("GNOMON_TEST_S3");
    if (given == null || given.isBlank()) {
      String reason =
          "SKIPPED StoreRolesIT: GNOMON_TEST_S3 is not set"
              + " (eval \"$(local-dev/test-servers up)\" starts a MinIO server)";
      System.out.println(reason);
      assumeTrue(false, reason);
    }
    server = given.split(",", 3);
    try (MinioClient client =
        MinioClient.builder().endpoint(server[0]).credentials(server[1], server[2]).build()) {
      client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).build());
    }
  }

  @BeforeEach
  void captureAsWriter() throws Exception {
    source = Files.createDirectory(temp.resolve("source"));
    Files.writeString(source.resolve("file"), "content");
    try (S3ObjectStore writer = as("writer")) {
      point = capture(open(writer, FIRST));
      Files.writeString(source.resolve("file"), "other content");
      capture(open(writer, FIRST));
    }
  }

  @Test
  void aWriterCapturesAndItsDeletesAreRefused() throws Exception {
    try (S3ObjectStore writer = as("writer")) {
      for (String name : List.of("store/points/site/00000000000000000001", "store/format")) {
        refused(() -> writer.delete(List.of(new ObjectName(name))));
        assertThat(writer.stat(new ObjectName(name))).isPresent();
      }
      refused(() -> open(writer, FIRST).expiry().expire(List.of(point.id())));
      refused(() -> new StoreKeys(writer).remove(SECOND, FIRST.fingerprint()), FIRST, writer);

      assertThat(open(writer, FIRST).shadows().points(SITE)).hasSize(2);
    }
  }

  @Test
  void aReaderRestoresAndItsWritesAreRefused() throws Exception {
    try (S3ObjectStore reader = as("reader")) {
      ShadowStores store = open(reader, FIRST);
      store.restorer().verify(point.id(), Progress.NONE);
      refused(() -> capture(store));
      refused(() -> reader.create(new ObjectName("store/points/site/9"), new byte[1]));
      refused(() -> reader.delete(List.of(new ObjectName("store/format"))));
    }
  }

  @Test
  void aCollectorCollectsAndAddsNoDataAndTouchesNoKeys() throws Exception {
    try (S3ObjectStore collector = as("collector")) {
      ShadowStores store = open(collector, FIRST);
      store.expiry().expire(List.of(point.id()));
      store.expiry().collect(Duration.ofDays(1));

      assertThat(store.shadows().points(SITE))
          .extracting(Point::id)
          .containsExactly(new PointId(SITE, 2));
      refused(() -> capture(store));
      refused(() -> collector.delete(List.of(new ObjectName("store/format"))));
      refused(() -> new StoreKeys(collector).add(FIRST, SECOND));
    }
  }

  @Test
  void whoExchangesKeysReadsNoData() throws Exception {
    try (S3ObjectStore keeper = as("keys")) {
      StoreKeys keys = new StoreKeys(keeper);
      assertThat(keys.add(FIRST, SECOND)).isTrue();
      assertThat(keys.remove(SECOND, FIRST.fingerprint())).isTrue();
      refused(() -> open(keeper, SECOND).shadows().points(SITE));
    }
    try (S3ObjectStore reader = as("reader")) {
      assertThat(open(reader, SECOND).shadows().points(SITE)).hasSize(2);
    }
  }

  private Point capture(ShadowStores store) {
    CaptureRequest request =
        new CaptureRequest(
            UUID.randomUUID().toString(),
            SITE,
            source,
            PointKind.COMMAND,
            Optional.empty(),
            List.of(),
            OnChange.RETRY,
            CaptureRequest.DEFAULT_PART_BYTES);
    List<Part> parts = store.shadows().planCapture(request);
    parts.forEach(part -> store.shadows().capturePart(request, part, Progress.NONE));
    return switch (store.shadows().commit(request, parts, Progress.NONE)) {
      case CaptureOutcome.Taken taken -> taken.point();
      case CaptureOutcome.Refused refused -> throw new AssertionError(refused.reason());
    };
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PERMANENT))
        .hasMessageMatching("(?s).*(403|AccessDenied).*");
  }

  /// A further key that may be added, and not be removed again.
  private static void refused(ThrowingCallable removal, MasterKey current, S3ObjectStore writer) {
    new StoreKeys(writer).add(current, SECOND);
    refused(removal);
  }

  private static ShadowStores open(S3ObjectStore objects, MasterKey key) {
    return ShadowStores.open(objects, StoreSettings.DEFAULT.withKey(Optional.of(key)));
  }

  private static MasterKey key(String digit) {
    return new MasterKeys(Map.<String, @Nullable String>of("KEY", digit.repeat(64))::get)
        .open("env:KEY");
  }

  /// With the credentials of somebody who has one of the documented policies and nothing else.
  private S3ObjectStore as(String role) throws Exception {
    String policy =
        Files.readString(Path.of("../../docs/policies/" + role + ".json"))
            .replace("BUCKET", BUCKET)
            .replace("PREFIX", prefix);
    Credentials credentials =
        new AssumeRoleProvider(
                server[0],
                server[1],
                server[2],
                (int) TimeUnit.HOURS.toSeconds(1),
                policy,
                "us-east-1",
                null,
                null,
                null,
                null)
            .fetch();
    return S3ObjectStores.open(
        URI.create("s3+" + server[0] + "/" + BUCKET + "/" + prefix.replaceAll("/$", "")),
        credentials.accessKey(),
        credentials.secretKey(),
        "",
        Optional.of(credentials.sessionToken()));
  }
}
