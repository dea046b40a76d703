package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.automation.CollectGarbage;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.core.update.Updates.Announced;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The Services of protect on a real MinIO, each with the policy of its own and nothing else: an
/// update, its shadow, the rollback and the end of old points, with the events between them.
class ServicePoliciesIT {
  private static final String BUCKET = "services-" + UUID.randomUUID().toString().substring(0, 8);
  private static final ResourceName SITE = new ResourceName("site");
  private static final byte[] CONTENT = "{}".getBytes(StandardCharsets.UTF_8);
  private static Optional<S3TestServer> server = Optional.empty();

  @TempDir Path root;
  private final MinioCell east = MinioCell.in(server.orElseThrow(), BUCKET);
  private final MinioCell west = MinioCell.in(server.orElseThrow(), BUCKET);
  private final AtomicInteger daysAhead = new AtomicInteger();
  private S3ObjectStore all;
  private World rollback;
  private World shadow;

  @BeforeAll
  static void findServer() throws Exception {
    server = Optional.of(S3TestServer.required("ServicePoliciesIT"));
    server.get().bucket(BUCKET);
  }

  @BeforeEach
  void start() throws Exception {
    all = west.objects();
    rollback = world("rollback");
    shadow = world("shadow");
    shadow.write(shadow.location("site").resolve("file"), "first");
  }

  @AfterEach
  void end() throws Exception {
    rollback.release();
    all.close();
  }

  private World world(String role) throws Exception {
    World world =
        new World(root, Map.of(World.EAST, ahead(east.as(role)), World.WEST, ahead(west.as(role))));
    world.resource("site", RollbackMode.SWITCH);
    world.change("site", "keep", new Keep(1, Optional.empty()));
    return world.restart();
  }

  /// Each event goes to the Service that takes it; `update` has the policy of `rollback`.
  private void settle() {
    boolean more = true;
    while (more) {
      more = false;
      for (World world : List.of(rollback, shadow)) {
        for (Fact fact = world.events.poll(); fact != null; fact = world.events.poll()) {
          more = true;
          taker(fact).deliver(fact);
        }
      }
    }
  }

  private World taker(Fact fact) {
    return switch (fact) {
      case Fact.ShadowWanted ignored -> shadow;
      case Fact.ShadowPartWanted ignored -> shadow;
      case Fact.PointsExpired ignored -> shadow;
      default -> rollback;
    };
  }

  private void update(String id) {
    Announced announced =
        rollback.updates.announce(
            new UpdateId(id), List.of(SITE), Optional.empty(), Optional.empty(), "event of " + id);
    rollback.events.addAll(((Announced.Accepted) announced).facts());
    settle();
  }

  @Test
  void servicesShadowUpdateRollBackAndLetOldPointsGoEachWithItsOwnPolicy() throws Exception {
    update("release-1");
    assertThat(all.stat(new ObjectName("updates/release-1/ready"))).isPresent();
    rollback.write(rollback.location("site").resolve("file"), "second");

    rollback.updates.end(new UpdateId("release-1"), End.FAILED, By.PERSON, Optional.empty());

    Begun begun = rollback.rollbacks.begin(World.ofUpdate("release-1"));

    String id = ((Begun.Accepted) begun).rollback();
    rollback.rollbacks.advance(id, Optional.empty());
    settle();
    assertThat(rollback.served("site").resolve("file")).hasContent("first");
    assertThat(rollback.told(Fact.RollbackCompleted.class)).hasSize(1);
    assertThat(rollback.open()).isEmpty();
    shadowsGoWithTheirContent();
  }

  private void shadowsGoWithTheirContent() {
    for (int seed = 1; seed <= 2; seed++) {
      byte[] content = new byte[100_000];
      new Random(seed).nextBytes(content);
      shadow.write(shadow.served("site").resolve("noise"), Arrays.toString(content));
      take();
    }
    PointRef kept = shadow.newest("site");
    CollectGarbage garbage =
        new CollectGarbage(shadow.catalogue, shadow.records, shadow.stores, shadow.grace);
    long packs = packs();
    int points = shadow.points("site").size();

    shadow.events.addAll(shadow.expirePoints.due());
    settle();
    for (int i = 0; i < 4; i++) {
      daysAhead.addAndGet(30);
      garbage.collect(World.WEST);
    }

    assertThat(shadow.points("site")).hasSizeLessThan(points);
    assertThat(packs()).isLessThan(packs);
    shadow.stores.restorer(World.WEST).verify(kept.point(), Progress.NONE);
    shadow.events.addAll(shadow.expirePoints.due()); // the undo point, which is old enough now
    settle();
    assertThat(shadow.expirePoints.due()).isEmpty();
  }

  private void take() {
    shadow.events.addAll(
        shadow.takeShadow.take(
            new TakeShadow.Wanted(
                SITE, PointKind.COMMAND, Optional.empty(), UUID.randomUUID().toString())));
    settle();
  }

  private long packs() {
    return all.list("store/packs/", Optional.empty(), 1000).objects().stream()
        .map(ObjectStat::name)
        .count();
  }

  @Test
  void rollbackDeletesNoShadowAndShadowSwitchesNothing() throws Exception {
    update("release-2");
    ObjectName point = first("store/points/");
    ObjectName pack = first("store/packs/");
    ObjectName route = new ObjectName("routes/site/00000000000000000001");
    ObjectName next = new ObjectName("routes/site/00000000000000000002");
    try (S3ObjectStore switching = west.as("rollback");
        S3ObjectStore keeping = west.as("shadow");
        S3ObjectStore routing = west.as("route");
        S3ObjectStore reading = west.as("reader")) {
      for (ObjectName name :
          List.of(point, pack, route, new ObjectName("updates/release-2/ready"))) {
        for (S3ObjectStore one : List.of(switching, routing, reading)) {
          refused(() -> one.delete(List.of(name)));
        }
      }
      refused(() -> keeping.delete(List.of(route)));
      refused(() -> keeping.delete(List.of(new ObjectName("store/format"))));
      for (S3ObjectStore one : List.of(keeping, routing, reading)) {
        refused(() -> one.create(next, CONTENT));
        refused(() -> one.create(new ObjectName("rollbacks/site/1/intent"), CONTENT));
        refused(() -> one.create(new ObjectName("decisions/site/key"), CONTENT));
        refused(() -> one.create(new ObjectName("approvals/one/given"), CONTENT));
      }
      for (String name :
          List.of("store/gc/1/condemned", "store/expired/site/1", "models/failure/1")) {
        refused(() -> switching.create(new ObjectName(name), CONTENT));
      }
      for (String role : List.of("notify", "dead-letters", "webhooks")) {
        try (S3ObjectStore telling = west.as(role)) {
          refused(() -> telling.read(pack, ByteRange.ALL));
          refused(() -> telling.delete(List.of(point)));
          refused(() -> telling.delete(List.of(route)));
          refused(() -> telling.create(next, CONTENT));
          refused(() -> telling.create(new ObjectName("open/rollbacks/one"), CONTENT));
          refused(() -> telling.create(new ObjectName("store/points/site/9"), CONTENT));
        }
      }
    }
    assertThat(all.stat(point)).isPresent();
    assertThat(all.stat(pack)).isPresent();
    assertThat(all.stat(next)).isEmpty();
  }

  private ObjectName first(String prefix) {
    return all.list(prefix, Optional.empty(), 1).objects().getFirst().name();
  }

  private ObjectStore ahead(ObjectStore objects) {
    return new ForwardingObjectStore(objects) {
      @Override
      public Instant time() {
        return super.time().plus(Duration.ofDays(daysAhead.get()));
      }
    };
  }

  private static void refused(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ObjectStoreException.class, e -> assertThat(e.kind()).isEqualTo(Kind.PERMANENT))
        .hasMessageMatching("(?s).*(403|AccessDenied).*");
  }
}
