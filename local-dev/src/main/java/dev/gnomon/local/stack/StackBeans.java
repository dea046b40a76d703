package dev.gnomon.local.stack;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.RedisCondition;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.prediction.ModelShelf;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.alerts.AlertLog;
import dev.gnomon.filesystem.objects.DirectoryObjectStore;
import dev.gnomon.predict.PredictSources;
import dev.gnomon.redis.RedisLink;
import dev.gnomon.redis.RedisProbeBook;
import dev.gnomon.redis.RedisRouteIndex;
import dev.gnomon.redis.RedisSeriesStates;
import dev.gnomon.redis.RedisSubjectStates;
import dev.gnomon.redis.RedisTemplateBook;
import dev.gnomon.redis.RedisVitals;
import dev.gnomon.route.IndexMetrics;
import dev.gnomon.route.RouteSources;
import dev.gnomon.runtime.StoreMetrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/// Gives the functions what the stack has started: they need no settings for it.
@Singleton
class StackBeans {

  @Produces
  @Singleton
  LocalStack stack() {
    return LocalStack.current()
        .orElseThrow(() -> new IllegalStateException("no local stack was started"));
  }

  @Produces
  @Singleton
  Catalogue catalogue(LocalStack stack) {
    return stack.catalogue();
  }

  @Produces
  @Singleton
  Injected injected(LocalStack stack) {
    return stack.injected();
  }

  @Produces
  @Singleton
  RedisLink redis(LocalStack stack, Injected injected) {
    return RedisLink.open(stack.redisUrl(), () -> RedisCondition.of(injected));
  }

  void close(@Disposes RedisLink redis) {
    redis.close();
  }

  @Produces
  @Singleton
  RouteIndex routeIndex(LocalStack stack, RedisLink redis, MeterRegistry meters) {
    RedisRouteIndex index = new RedisRouteIndex(redis, identity(stack));
    IndexMetrics.bind(meters, redis, index);
    stack.stores().forEach((cell, store) -> bind(meters, cell, store));
    return index;
  }

  private static void bind(MeterRegistry meters, CellName cell, CellStoreOpener.Opened opened) {
    StoreMetrics.bind(meters, cell, opened.counted());
    opened
        .directory()
        .ifPresent(directory ->
            FunctionCounter.builder("gnomon.store.syncs", directory, DirectoryObjectStore::syncs)
                .description("files and directories that were written to the disk for the store")
                .tag("cell", cell.value())
                .register(meters));
  }

  @Produces
  @Singleton
  RouteSources routeSources(LocalStack stack, RouteIndex index) {
    List<ResourceName> names = stack.catalogue().resources().stream().map(Resource::name).toList();
    return new RouteSources(
        new RouteTable(records(stack), index), () -> names, List.of()); // protect says them
  }

  @Produces
  @Singleton
  Vitals.Board vitals(LocalStack stack, RedisLink redis) {
    return new RedisVitals(redis, identity(stack), RedisVitals.KEPT);
  }

  @Produces
  @Singleton
  PredictSources predictSources(
      LocalStack stack, RedisLink redis, RouteIndex index, Vitals.Board vitals) {
    ControlRecords records = records(stack);
    return new PredictSources(
        stack.catalogue(),
        records,
        new RouteTable(records, index),
        new RedisSeriesStates(redis, identity(stack)),
        new RedisSubjectStates(redis, identity(stack), RedisSubjectStates.KEPT),
        new ModelShelf(records, controlStore(stack)),
        new AlertLog(controlStore(stack), records, () -> UUID.randomUUID().toString()),
        vitals,
        new RedisProbeBook(redis, identity(stack)),
        new RedisTemplateBook(redis, identity(stack), Clock.systemUTC()),
        List.of()); // protect says them
  }

  private static Supplier<StoreIdentity> identity(LocalStack stack) {
    ControlRecords records = records(stack);
    return () -> StoreIdentity.of(records, UUID.randomUUID().toString());
  }

  private static ControlRecords records(LocalStack stack) {
    return new ControlRecords(controlStore(stack), () -> UUID.randomUUID().toString());
  }

  private static ObjectStore controlStore(LocalStack stack) {
    return stack.store(stack.catalogue().control()).orElseThrow();
  }
}
