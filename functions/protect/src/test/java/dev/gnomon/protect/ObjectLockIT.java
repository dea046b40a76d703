package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.Expiry.CollectReport;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.store.ShadowStores;
import dev.gnomon.store.StoreKeys;
import dev.gnomon.store.StoreSettings;
import dev.gnomon.store.check.ReadSample;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import io.minio.ListObjectsArgs;
import io.minio.MakeBucketArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.Result;
import io.minio.SetObjectLockConfigurationArgs;
import io.minio.messages.Item;
import io.minio.messages.ObjectLockConfiguration;
import io.minio.messages.RetentionMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What docs/OPERATIONS.md says of Object Lock, on a real MinIO: a store works in a bucket that
/// locks everything, and what was deleted or replaced there stays as a version that can't be
/// destroyed.
class ObjectLockIT {
  private static final ResourceName SITE = new ResourceName("site");
  private static final String BUCKET = "locked-" + UUID.randomUUID();
  private static final Duration GRACE = StoreSettings.DEFAULT.grace();
  private static Optional<S3TestServer> server = Optional.empty();

  @TempDir Path source;
  private final MinioCell cell = MinioCell.in(server.orElseThrow(), BUCKET);

  @BeforeAll
  static void makeBucket() throws Exception {
    server = Optional.of(S3TestServer.required("ObjectLockIT"));
    try (MinioClient client = server.get().client()) {
      client.makeBucket(MakeBucketArgs.builder().bucket(BUCKET).objectLock(true).build());
      client.setObjectLockConfiguration(
          SetObjectLockConfigurationArgs.builder()
              .bucket(BUCKET)
              .config(
                  new ObjectLockConfiguration(
                      RetentionMode.GOVERNANCE,
                      new ObjectLockConfiguration.RetentionDurationDays(1)))
              .build());
    }
  }

  @Test
  void whatACollectionDeletesStaysUntilTheLockEnds() throws Exception {
    try (S3ObjectStore objects = cell.objects();
        MinioClient client = server.orElseThrow().client()) {
      Files.writeString(source.resolve("file"), "content");
      Point old = MinioCell.capture(open(objects, 0), SITE, source);
      List<String> dead = live(client, "store/packs/");
      Files.writeString(source.resolve("file"), "other content");
      Point kept = MinioCell.capture(open(objects, 0), SITE, source);
      open(objects, 0).expiry().expire(List.of(old.id()));

      open(objects, 30).expiry().collect(GRACE);
      CollectReport report = open(objects, 60).expiry().collect(GRACE);

      assertThat(dead).isNotEmpty();
      assertThat(report.deleted()).isGreaterThanOrEqualTo(dead.size());
      assertThat(live(client, "store/packs/")).doesNotContainAnyElementsOf(dead);
      for (String pack : dead) {
        assertDeletedAndLocked(client, pack);
      }
      assertDeletedAndLocked(client, key("store/points/site/00000000000000000001"));
      assertThat(versions(client, cell.prefix() + "store/grace/"))
          .as("deleted often, and kept too")
          .extracting(Item::isDeleteMarker)
          .contains(true);
      ShadowStores store = open(objects, 0);
      store.restorer().verify(kept.id(), Progress.NONE);
      assertThat(store.upkeep().check(new ReadSample(100, 0), bytes -> {}).clean()).isTrue();
    }
  }

  @Test
  void whatIsReplacedStaysAsAnOlderVersion() throws Exception {
    try (S3ObjectStore objects = cell.objects();
        MinioClient client = server.orElseThrow().client()) {
      Files.writeString(source.resolve("file"), "content");
      MinioCell.capture(open(objects, 0), SITE, source);
      String pack = live(client, "store/packs/").getFirst();

      client.putObject( // Gnomon does not: somebody else with these credentials may
          PutObjectArgs.builder().bucket(BUCKET).object(pack).data(new byte[1], 1).build());

      List<Item> versions = versions(client, pack);
      assertThat(versions).hasSize(2);
      Item older = versions.stream().filter(item -> !item.isLatest()).findFirst().orElseThrow();
      assertThat(older.size()).isGreaterThan(1);
      assertLocked(client, older);
    }
  }

  @Test
  void aRemovedWrappingStaysForWhoeverMayReadVersions() throws Exception {
    try (S3ObjectStore objects = cell.objects();
        MinioClient client = server.orElseThrow().client()) {
      MasterKey first = masterKey("a");
      MasterKey second = masterKey("b");
      Files.writeString(source.resolve("file"), "content");
      MinioCell.capture(
          ShadowStores.open(objects, StoreSettings.DEFAULT.withKey(Optional.of(first))),
          SITE,
          source);
      StoreKeys keys = new StoreKeys(objects);
      keys.add(first, second);
      String wrapping =
          live(client, "store/keys/").stream()
              .filter(key -> key.endsWith(first.fingerprint()))
              .findFirst()
              .orElseThrow();

      keys.remove(second, first.fingerprint());

      assertThat(live(client, "store/keys/")).hasSize(1).doesNotContain(wrapping);
      assertDeletedAndLocked(client, wrapping);
    }
  }

  /// A delete marker, and what it hides.
  private static void assertDeletedAndLocked(MinioClient client, String key) throws Exception {
    List<Item> versions = versions(client, key);
    assertThat(versions).extracting(Item::isDeleteMarker).containsExactlyInAnyOrder(true, false);
    for (Item version : versions) {
      if (!version.isDeleteMarker()) {
        assertLocked(client, version);
      }
    }
  }

  /// Not even its owner can destroy it without saying that the lock is to be bypassed.
  private static void assertLocked(MinioClient client, Item version) throws Exception {
    RemoveObjectArgs.Builder destroying =
        RemoveObjectArgs.builder()
            .bucket(BUCKET)
            .object(version.objectName())
            .versionId(version.versionId());
    assertThatThrownBy(() -> client.removeObject(destroying.build())).hasMessageContaining("WORM");
    assertThat(versions(client, version.objectName()))
        .extracting(Item::versionId)
        .contains(version.versionId());
  }

  private String key(String name) {
    return cell.prefix() + name;
  }

  private List<String> live(MinioClient client, String below) throws Exception {
    return listed(client, key(below), false).stream().map(Item::objectName).toList();
  }

  private static List<Item> versions(MinioClient client, String prefix) throws Exception {
    return listed(client, prefix, true);
  }

  private static List<Item> listed(MinioClient client, String prefix, boolean versions)
      throws Exception {
    List<Item> items = new ArrayList<>();
    for (Result<Item> item :
        client.listObjects(
            ListObjectsArgs.builder()
                .bucket(BUCKET)
                .prefix(prefix)
                .recursive(true)
                .includeVersions(versions)
                .build())) {
      items.add(item.get());
    }
    return items;
  }

  private static ShadowStores open(ObjectStore objects, int daysAhead) {
    return ShadowStores.open(
        new ForwardingObjectStore(objects) {
          @Override
          public Instant time() {
            return super.time().plus(Duration.ofDays(daysAhead));
          }
        });
  }

  private static MasterKey masterKey(String digit) {
    return new MasterKeys(Map.<String, @Nullable String>of("KEY", digit.repeat(64))::get)
        .open("env:KEY");
  }
}
