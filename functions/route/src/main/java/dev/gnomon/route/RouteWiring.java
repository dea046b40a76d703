package dev.gnomon.route;

import dev.gnomon.core.control.ControlRecords;
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
import dev.gnomon.runtime.settings.Settings;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Duration;
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

  private Optional<RedisLink> opened = Optional.empty();

  @Produces
  @DefaultBean
  @Singleton
  RouteSources sources(Settings settings, MeterRegistry meters) {
    String url =
        settings
            .get(RouteSettings.CONTROL_STORE)
            .orElseThrow(() ->
                new IllegalStateException(
                    RouteSettings.CONTROL_STORE.key()
                        + " is missing: "
                        + RouteSettings.CONTROL_STORE.about()));
    ObjectStore store = new RetryingObjectStore(open(URI.create(url)), Retries.within(READER));
    ControlRecords records = new ControlRecords(store, () -> UUID.randomUUID().toString());
    RouteIndex index =
        settings
            .get(RouteSettings.REDIS_URL)
            .map(redis -> index(redis, identity(settings, records), meters))
            .orElseGet(RouteIndex::none);
    RouteTable table = new RouteTable(records, index);
    return new RouteSources(table, table::resources);
  }

  @PreDestroy
  void close() {
    opened.ifPresent(RedisLink::close);
  }

  private RouteIndex index(String url, Supplier<StoreIdentity> identity, MeterRegistry meters) {
    RedisLink link = RedisLink.open(url);
    opened = Optional.of(link);
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

  private static ObjectStore open(URI url) {
    return DirectoryObjectStores.open(url);
  }
}
