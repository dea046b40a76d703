package dev.gnomon.route;

import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.chaos.TroubledObjectStore;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisRouteIndex;
import dev.gnomon.runtime.SuffersTrouble;
import dev.gnomon.runtime.health.Dependency;
import dev.gnomon.runtime.settings.ControlStoreSettings;
import dev.gnomon.runtime.settings.Settings;
import dev.gnomon.s3.S3ObjectStores;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// What the deployable reads from, by its settings. A process that embeds it produces its own
/// [RouteSources], and this is not asked.
@ApplicationScoped
class RouteWiring {
  /// A reader should not wait for an answer longer than it waits for another try of its own.
  private static final Retries.Limits READER =
      new Retries.Limits(3, Duration.ofMillis(50), Duration.ofMillis(500), Duration.ofSeconds(2));

  /// Read whether it is there or not: a store says which, or that it can't.
  private static final ObjectName ASKED = new ObjectName("cell/identity");

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @Produces
  @DefaultBean
  @Singleton
  RouteSources sources(Settings settings, MeterRegistry meters) {
    Injected injected = new Injected(System::nanoTime);
    ObjectStore plain = store(settings);
    Optional<CellName> cell = settings.get(RouteSettings.CHAOS_CELL);
    RetryingObjectStore store =
        new RetryingObjectStore(
            cell.<ObjectStore>map(name -> TroubledObjectStore.of(name, plain, injected))
                .orElse(plain),
            Retries.within(READER));
    opened.push(store);
    if (cell.isPresent()) {
      opened.push(SuffersTrouble.start(plain, injected));
    }
    ControlRecords records = new ControlRecords(store, () -> UUID.randomUUID().toString());
    Optional<RedisLink> redis =
        settings
            .get(RouteSettings.REDIS_URL)
            .map(url -> RedisLink.open(url, () -> RedisCondition.of(injected)));
    redis.ifPresent(opened::push);
    RouteIndex index =
        redis
            .map(link -> index(link, identity(settings, records), meters))
            .orElseGet(RouteIndex::none);
    RouteTable table = new RouteTable(records, index);
    return new RouteSources(table, table::resources, dependencies(store.once(), redis));
  }

  /// One of the two is enough to answer.
  private static List<Dependency> dependencies(ObjectStore store, Optional<RedisLink> redis) {
    List<Dependency> all = new ArrayList<>();
    redis.ifPresent(link -> all.add(new Dependency("Redis", false, () -> ask(link))));
    all.add(new Dependency("control store", false, () -> ask(store)));
    all.add(
        new Dependency(
            "a source of routes",
            true,
            () -> {
              if (redis.isEmpty() || !redis.get().answers()) {
                ask(store);
              }
            }));
    return all;
  }

  private static void ask(RedisLink redis) {
    if (!redis.answers()) {
      throw new IllegalStateException("Redis does not answer");
    }
  }

  private static void ask(ObjectStore store) throws IOException {
    Optional<InputStream> found = store.read(ASKED, ByteRange.ALL);
    if (found.isPresent()) {
      found.get().close();
    }
  }

  @PreDestroy
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }

  private static RouteIndex index(
      RedisLink link, Supplier<StoreIdentity> identity, MeterRegistry meters) {
    RedisRouteIndex index = new RedisRouteIndex(link, identity);
    IndexMetrics.bind(meters, link, index);
    return index;
  }

  /// This deployable makes nothing in the store, so it waits for the first who does.
  private static Supplier<StoreIdentity> identity(Settings settings, ControlRecords records) {
    Optional<StoreIdentity> given = settings.get(RouteSettings.STORE_IDENTITY);
    return () ->
        given
            .or(() -> StoreIdentity.find(records))
            .orElseThrow(() ->
                new ObjectStoreException(Kind.TRANSIENT, "the control store has no identity yet"));
  }

  private static ObjectStore store(Settings settings) {
    ControlStoreSettings store = RouteSettings.CONTROL_STORE;
    URI url = settings.need(store.url());
    return DirectoryObjectStores.understands(url)
        ? DirectoryObjectStores.open(url)
        : S3ObjectStores.open(
            url,
            settings.need(store.accessKey()),
            settings.need(store.secretKey()),
            settings.get(store.region()).orElse(""),
            settings.get(store.sessionToken()));
  }
}
