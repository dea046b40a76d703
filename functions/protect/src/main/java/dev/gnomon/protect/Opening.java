package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.chaos.TroubledObjectStore;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.CountedObjectStore;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisRouteIndex;
import dev.gnomon.runtime.StoreMetrics;
import dev.gnomon.yaml.CatalogueFile;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/// Opens what the deployable stands on, from its settings. A process that embeds it, such as the
/// local stack, produces these beans itself.
@Singleton
class Opening {
  @Produces
  @DefaultBean
  @Singleton
  Catalogue catalogue(ProtectSettings settings) {
    return switch (CatalogueFile.load(settings.catalogue(), settings.stateDirectory())) {
      case CatalogueFile.Loaded.Valid valid -> valid.catalogue();
      case CatalogueFile.Loaded.Invalid invalid ->
          throw new IllegalStateException(
              invalid.errors().stream()
                  .map(Object::toString)
                  .collect(Collectors.joining("\n", "the catalogue has mistakes:\n", "")));
    };
  }

  @Produces
  @DefaultBean
  @Singleton
  Injected injected() {
    return new Injected(System::nanoTime);
  }

  @Produces
  @DefaultBean
  @Singleton
  Untroubled untroubled(Catalogue catalogue) {
    return Untroubled.over(
        open(CellStoreUrls.ofEnvironment(), catalogue.cell(catalogue.control()).orElseThrow()));
  }

  private static ObjectStore open(CellStoreUrls urls, Cell cell) {
    return urls.open(
        cell.name(),
        cell.store()
            .orElseThrow(() ->
                new IllegalStateException(
                    "cell "
                        + cell.name()
                        + " needs a store: only the local stack brings its own")));
  }

  @Produces
  @DefaultBean
  @Singleton
  CellObjects cells(Catalogue catalogue, Injected injected, MeterRegistry meters) {
    CellStoreUrls urls = CellStoreUrls.ofEnvironment();
    Map<CellName, ObjectStore> open = new HashMap<>();
    for (Cell cell : catalogue.cells()) {
      CountedObjectStore counted =
          new CountedObjectStore(TroubledObjectStore.of(cell.name(), open(urls, cell), injected));
      StoreMetrics.bind(meters, cell.name(), counted);
      open.put(
          cell.name(), new RetryingObjectStore(counted, Retries.within(Retries.Limits.STANDARD)));
    }
    return name -> {
      ObjectStore store = open.get(name);
      if (store == null) {
        throw new Refusal("unknown cell '" + name + "'");
      }
      return store;
    };
  }

  @Produces
  @DefaultBean
  @Singleton
  StateDirectory state(ProtectSettings settings) {
    return new StateDirectory(settings.stateDirectory());
  }

  @Produces
  @DefaultBean
  @Singleton
  IndexLink indexLink(ProtectSettings settings, Injected injected) {
    return new IndexLink(
        settings.redisUrl().map(url -> RedisLink.open(url, () -> RedisCondition.of(injected))));
  }

  void close(@Disposes IndexLink link) {
    link.redis().ifPresent(RedisLink::close);
  }

  @Produces
  @DefaultBean
  @Singleton
  RouteIndex index(IndexLink link, ControlRecords records) {
    return link.redis()
        .<RouteIndex>map(redis ->
            new RedisRouteIndex(
                redis, () -> StoreIdentity.of(records, UUID.randomUUID().toString())))
        .orElseGet(RouteIndex::none);
  }
}
