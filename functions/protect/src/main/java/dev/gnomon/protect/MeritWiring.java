package dev.gnomon.protect;

import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.history.HistoryPages;
import dev.gnomon.core.merit.Blocks;
import dev.gnomon.core.merit.MeritBook;
import dev.gnomon.core.merit.MeritSnapshots;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.merit.WatchMerit;
import dev.gnomon.core.prediction.MemoryVitals;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.redis.RedisMeritBook;
import dev.gnomon.redis.RedisVitals;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;

/// Puts together what compares the places of resources.
@Singleton
class MeritWiring {
  @Produces
  @Singleton
  NewestPoints newestPoints(Catalogue catalogue, CellStores stores) {
    return new NewestPoints(catalogue, stores);
  }

  @Produces
  @Singleton
  RollbackSeconds rollbackSeconds(ControlRecords records, RouteTable routes, NewestPoints points) {
    return new RollbackSeconds(records, routes, points, InstantSource.system());
  }

  @Produces
  @Singleton
  RefineWeights refineWeights(ControlRecords records) {
    return new RefineWeights(records);
  }

  @Produces
  @Singleton
  Blocks blocks(Catalogue catalogue, ControlRecords records, RouteTable routes) {
    return new Blocks(records, routes, catalogue.policies().merit());
  }

  @Produces
  @Singleton
  MeritBook meritBook(Catalogue catalogue, IndexLink index, ControlRecords records) {
    MeritBook near = MeritBook.inMemory();
    return index
        .redis()
        .map(redis ->
            MeritBook.near(
                near,
                MeritBook.upTo(
                    new RedisMeritBook(
                        redis, () -> StoreIdentity.of(records, UUID.randomUUID().toString())),
                    () -> Instant.now().plus(catalogue.clockTolerance()))))
        .orElse(near);
  }

  @Produces
  @DefaultBean
  @Singleton
  Vitals.Board vitals(IndexLink index, ControlRecords records) {
    return index
        .redis()
        .<Vitals.Board>map(redis ->
            new RedisVitals(
                redis,
                () -> StoreIdentity.of(records, UUID.randomUUID().toString()),
                RedisVitals.KEPT))
        .orElseGet(() -> new MemoryVitals(InstantSource.system(), RedisVitals.KEPT));
  }

  @Produces
  @Singleton
  WatchMerit watchMerit(
      Catalogue catalogue,
      Vitals.Board board,
      NewestPoints points,
      RollbackSeconds seconds,
      MeritBook book,
      RefineWeights weights,
      Blocks blocks) {
    return new WatchMerit(
        catalogue, board, points, seconds::of, book, weights, blocks, InstantSource.system());
  }

  @Produces
  @Singleton
  HistoryOfPlaces history(
      Catalogue catalogue, CellObjects cells, ControlRecords records, Followers followers) {
    return new HistoryOfPlaces(
        catalogue,
        new HistoryPages(
            cells.of(catalogue.control()), records, () -> UUID.randomUUID().toString()),
        followers::behind);
  }

  @Produces
  @Singleton
  MeritWatch meritWatch(
      Catalogue catalogue,
      CellObjects cells,
      ControlRecords records,
      RouteTable routes,
      WatchMerit watch,
      NewestPoints points,
      MeritBook book,
      Blocks blocks,
      HistoryOfPlaces history,
      Automation automation,
      Rollbacks rollbacks) {
    return new MeritWatch(
        catalogue,
        routes,
        watch,
        points,
        book,
        blocks,
        new MeritSnapshots(cells.of(catalogue.control()), records),
        history,
        automation,
        rollbacks,
        work -> Thread.ofVirtual().name("gnomon-outranked").start(work),
        InstantSource.system());
  }
}
