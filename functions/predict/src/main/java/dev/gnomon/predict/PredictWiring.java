package dev.gnomon.predict;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.chaos.TroubledObjectStore;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.logs.TemplateBook;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.core.objects.Retries;
import dev.gnomon.core.objects.RetryingObjectStore;
import dev.gnomon.core.prediction.FusedForecast;
import dev.gnomon.core.prediction.MemorySubjectStates;
import dev.gnomon.core.prediction.MemoryVitals;
import dev.gnomon.core.prediction.ModelInUse;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.NearSubjectStates;
import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.probes.MemoryProbeBook;
import dev.gnomon.core.probes.ProbeBook;
import dev.gnomon.core.probes.WatchCells;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.MemorySeriesStates;
import dev.gnomon.core.telemetry.NearStates;
import dev.gnomon.core.telemetry.ObserveSamples;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.core.telemetry.alerts.AlertLog;
import dev.gnomon.filesystem.objects.DirectoryObjectStores;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisProbeBook;
import dev.gnomon.redis.RedisRouteIndex;
import dev.gnomon.redis.RedisSeriesStates;
import dev.gnomon.redis.RedisSubjectStates;
import dev.gnomon.redis.RedisTemplateBook;
import dev.gnomon.redis.RedisVitals;
import dev.gnomon.runtime.SuffersTrouble;
import dev.gnomon.runtime.health.Dependency;
import dev.gnomon.runtime.settings.ControlStoreSettings;
import dev.gnomon.runtime.settings.Settings;
import dev.gnomon.s3.S3ObjectStores;
import dev.gnomon.yaml.CatalogueFile;
import io.quarkus.arc.DefaultBean;
import io.quarkus.virtual.threads.VirtualThreads;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Puts together what takes telemetry in, and opens what the deployable stands on by its settings.
@ApplicationScoped
class PredictWiring {
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  @Produces
  @Singleton
  ObserveSamples observeSamples(
      PredictSources sources, Settings settings, Clock clock, FusedForecast forecast) {
    MemorySeriesStates near =
        new MemorySeriesStates(settings.get(PredictSettings.REMEMBERED_SERIES), clock);
    return new ObserveSamples(
        sources.catalogue(),
        new NearStates(sources.states(), near),
        sources.board(),
        Optional.of(forecast));
  }

  @Produces
  @Singleton
  NearSubjectStates subjects(PredictSources sources, Settings settings) {
    return new NearSubjectStates(
        sources.subjects(),
        new MemorySubjectStates(settings.get(PredictSettings.REMEMBERED_SUBJECTS)));
  }

  /// Looks at the shelf beside the work, so that a control store that is slow or away delays
  /// nothing.
  @Produces
  @Singleton
  ModelInUse modelInUse(
      PredictSources sources, NearSubjectStates subjects, @VirtualThreads ExecutorService looks) {
    return new ModelInUse(sources.shelf()::serving, subjects, looks);
  }

  @Produces
  @Singleton
  FusedForecast forecast(PredictSources sources, NearSubjectStates subjects, ModelInUse models) {
    return new FusedForecast(subjects, models, sources.catalogue().policies().prediction());
  }

  @Produces
  @Singleton
  WatchCells watchCells(PredictSources sources) {
    return new WatchCells(sources.catalogue(), sources.probes());
  }

  @Produces
  @DefaultBean
  @Singleton
  PredictSources sources(Settings settings, Clock clock) {
    Catalogue catalogue = catalogue(settings);
    Injected injected = new Injected(System::nanoTime);
    ObjectStore plain = store(settings);
    RetryingObjectStore store =
        new RetryingObjectStore(
            TroubledObjectStore.of(catalogue.control(), plain, injected),
            Retries.within(Retries.Limits.STANDARD));
    opened.push(store);
    if (catalogue.policies().chaos().allowed()) {
      opened.push(SuffersTrouble.start(plain, injected));
    }
    ControlRecords records = new ControlRecords(store, () -> UUID.randomUUID().toString());
    Optional<RedisLink> redis =
        settings
            .get(PredictSettings.REDIS_URL)
            .map(url -> RedisLink.open(url, () -> RedisCondition.of(injected)));
    redis.ifPresent(opened::push);
    Supplier<StoreIdentity> identity =
        () ->
            StoreIdentity.find(records)
                .orElseThrow(() ->
                    new ObjectStoreException(
                        Kind.TRANSIENT, "the control store has no identity yet"));
    RouteIndex index =
        redis
            .<RouteIndex>map(link -> new RedisRouteIndex(link, identity))
            .orElseGet(RouteIndex::none);
    return new PredictSources(
        catalogue,
        records,
        new RouteTable(records, index),
        redis
            .<SeriesStates>map(link -> new RedisSeriesStates(link, identity))
            .orElseGet(() ->
                new MemorySeriesStates(settings.get(PredictSettings.REMEMBERED_SERIES), clock)),
        redis
            .<SubjectStates>map(
                link -> new RedisSubjectStates(link, identity, RedisSubjectStates.KEPT))
            .orElseGet(
                () -> new MemorySubjectStates(settings.get(PredictSettings.REMEMBERED_SUBJECTS))),
        new ModelShelf(records, store),
        new AlertLog(store, records, () -> UUID.randomUUID().toString()),
        redis
            .<Vitals.Board>map(link -> new RedisVitals(link, identity, RedisVitals.KEPT))
            .orElseGet(() -> new MemoryVitals(clock, RedisVitals.KEPT)),
        redis
            .<ProbeBook>map(link -> new RedisProbeBook(link, identity))
            .orElseGet(MemoryProbeBook::new),
        redis
            .<TemplateBook>map(link -> new RedisTemplateBook(link, identity, clock))
            .orElseGet(TemplateBook::none),
        redis.map(PredictWiring::dependency).stream().toList());
  }

  /// Without Redis this goes on with what it has.
  private static Dependency dependency(RedisLink redis) {
    return new Dependency(
        "Redis",
        false,
        () -> {
          if (!redis.answers()) {
            throw new IllegalStateException("Redis does not answer");
          }
        });
  }

  private static Catalogue catalogue(Settings settings) {
    return switch (CatalogueFile.load(settings.get(PredictSettings.CATALOGUE))) {
      case CatalogueFile.Loaded.Valid valid -> valid.catalogue();
      case CatalogueFile.Loaded.Invalid invalid ->
          throw new IllegalStateException(
              invalid.errors().stream()
                  .map(Object::toString)
                  .collect(Collectors.joining("\n", "the catalogue has mistakes:\n", "")));
    };
  }

  private static ObjectStore store(Settings settings) {
    ControlStoreSettings store = PredictSettings.CONTROL_STORE;
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

  @PreDestroy
  void close() throws Exception {
    for (AutoCloseable one : opened) {
      one.close();
    }
  }
}
