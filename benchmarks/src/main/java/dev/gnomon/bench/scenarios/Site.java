package dev.gnomon.bench.scenarios;

import static java.util.Objects.requireNonNull;

import dev.gnomon.core.actuators.Actuators;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.automation.BlastRadius;
import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.automation.Guard;
import dev.gnomon.core.automation.Intervals;
import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.automation.TellDecision;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.facts.RecordedLedger;
import dev.gnomon.core.history.HistoryPages;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Blocks;
import dev.gnomon.core.merit.MeritBook;
import dev.gnomon.core.merit.MeritSnapshots;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.merit.WatchMerit;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.replica.Owners;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Homes;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Surroundings;
import dev.gnomon.core.rollback.Suspicions;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Sighting;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.core.update.Updates;
import dev.gnomon.events.FailurePredicted;
import dev.gnomon.events.Outgoing;
import dev.gnomon.filesystem.actuators.CommandActuator;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.filesystem.actuators.SymlinkActuator;
import dev.gnomon.filesystem.fence.DirectoryFence;
import dev.gnomon.filesystem.programs.ProgramChecks;
import dev.gnomon.filesystem.programs.ProgramRunner;
import dev.gnomon.predict.Announcements;
import dev.gnomon.protect.HistoryOfPlaces;
import dev.gnomon.protect.MeritWatch;
import dev.gnomon.protect.NewestPoints;
import dev.gnomon.protect.PredictedFailure;
import dev.gnomon.protect.StoreCells;
import dev.gnomon.webhook.WebhookActuator;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/// The part of an installation that decides and acts, as the deployable `protect` puts it together:
/// the same classes on stores in memory, real directories, links and fences, and a virtual clock.
/// There is no broker: what a handler answers with is delivered at once, in order. Not thread-safe.
final class Site {
  private static final int MOST_DELIVERIES = 10_000;
  private static final Duration GRACE = Duration.ofHours(1);
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long PART_BYTES = 1L << 30;

  final Catalogue catalogue;
  final ControlRecords records;
  final RouteTable routes;
  final Rollbacks rollbacks;
  final Automation automation;
  final DecisionLog decisions;
  final Intervals intervals;
  final Updates updates;
  final UpdateRecords updateRecords;
  final Announcements announcements;
  final MeritWatch merit;
  final CellStores stores;
  private final OpenWork openWork;
  private final TakeShadow takeShadow;
  private final Queue<Fact> events = new ArrayDeque<>();

  /// @param state what a host remembers of applied epochs
  Site(
      Catalogue catalogue,
      Map<CellName, ? extends ObjectStore> objects,
      Path state,
      Vitals.Board board,
      Clock clock,
      Random chance) {
    this.catalogue = catalogue;
    Supplier<String> names = () -> new UUID(chance.nextLong(), chance.nextLong()).toString();
    Function<CellName, ObjectStore> stored =
        cell -> requireNonNull(objects.get(cell), () -> "no store of " + cell);
    ObjectStore control = stored.apply(catalogue.control());
    records = new ControlRecords(control, names);
    openWork = new OpenWork(control, records);
    routes = new RouteTable(records, new InMemoryRouteIndex());
    announcements = new Announcements(routes);
    stores = new StoreCells(catalogue, stored, GRACE);
    FileAppliedEpochs epochs = new FileAppliedEpochs(state, FileAppliedEpochs.TURN_WAIT);
    ProgramRunner programs = new ProgramRunner();
    Fence fence = new DirectoryFence(epochs, programs);
    NewestPoints points = new NewestPoints(catalogue, stores);
    MeritBook book = MeritBook.inMemory();
    Blocks blocks = new Blocks(records, routes, catalogue.policies().merit());
    WatchMerit watch =
        new WatchMerit(
            catalogue,
            board,
            points,
            resource -> OptionalDouble.empty(),
            book,
            new RefineWeights(records),
            blocks,
            clock);
    Checkpoint checkpoint = step -> {};
    Surroundings surroundings =
        new Surroundings(
            catalogue,
            records,
            openWork,
            routes,
            stores,
            new Replicas(records, stores, owners(), fence),
            fence,
            new Actuators(
                new SymlinkActuator(epochs),
                new CommandActuator(epochs, programs),
                new WebhookActuator(epochs, name -> Optional.empty())),
            new ProgramChecks(programs),
            checkpoint,
            PART_BYTES,
            PATIENCE,
            watch);
    FirstRoutes firstRoutes = new FirstRoutes(routes, surroundings.actuators());
    updateRecords = new UpdateRecords(records);
    takeShadow =
        new TakeShadow(
            catalogue,
            records,
            openWork,
            stores,
            new Guard(firstRoutes, new Running(records), openWork, updateRecords),
            surroundings.replicas(),
            fence,
            surroundings.check(),
            checkpoint,
            PART_BYTES);
    Pause pause = new Pause(records);
    rollbacks =
        new Rollbacks(
            surroundings,
            new ChoosePoint(records, stores, new Suspicions(records, catalogue.clockTolerance())),
            new RecordedLedger(records, events::add),
            Duration.ofMinutes(1),
            pause);
    updates = new Updates(catalogue, records, openWork, checkpoint);
    decisions = new DecisionLog(records);
    automation =
        new Automation(
            catalogue,
            records,
            rollbacks,
            firstRoutes,
            fence,
            pause,
            new BlastRadius(records, routes, catalogue.policies().decisions().limits(), checkpoint),
            stores,
            decisions,
            TellDecision.Links.NONE,
            notice -> {});
    intervals = new Intervals(catalogue, records, openWork);
    merit =
        new MeritWatch(
            catalogue,
            routes,
            watch,
            points,
            book,
            blocks,
            new MeritSnapshots(control, records),
            new HistoryOfPlaces(
                catalogue,
                new HistoryPages(control, records, names),
                (resource, cell) -> Optional.empty()),
            automation,
            rollbacks,
            Runnable::run,
            clock);
    catalogue.resources().forEach(firstRoutes::apply);
    catalogue.resources().forEach(new Homes(records)::remember);
  }

  private static Owners owners() {
    return new Owners() {
      @Override
      public String self() {
        return "bench/scenarios/0";
      }

      @Override
      public boolean gone(String owner) {
        return !owner.equals(self());
      }
    };
  }

  /// Where a resource is served.
  Route route(ResourceName name) {
    return routes.glance(name).map(Sighting::route).orElseThrow();
  }

  /// Hands facts on and delivers until nothing is left.
  void deliver(Iterable<Fact> facts) {
    facts.forEach(events::add);
    for (int i = 0; !events.isEmpty(); i++) {
      if (i > MOST_DELIVERIES) {
        throw new IllegalStateException("events never end: " + events.peek());
      }
      deliver(events.remove());
    }
  }

  /// As the function that it triggers handles it.
  private void deliver(Fact event) {
    switch (event) {
      case Fact.RollbackGoesOn goesOn -> rollbacks.advance(goesOn.rollback(), goesOn.part());
      case Fact.ShadowWanted wanted ->
          events.addAll(
              takeShadow.take(
                  new TakeShadow.Wanted(
                      wanted.resource(),
                      wanted.kind(),
                      wanted.updateId(),
                      wanted.effect().value(),
                      wanted.slot())));
      case Fact.ShadowPartWanted part -> events.addAll(takeShadow.part(part.job(), part.part()));
      case Fact.ShadowCreated created ->
          created.point().updateId().ifPresent(id -> events.addAll(updates.shadowEnded(id)));
      case Fact.ShadowFailed failed ->
          failed.updateId().ifPresent(id -> events.addAll(updates.shadowEnded(id)));
      case Fact.PointsExpired ignored -> {}
      case Fact.UpdateReady ignored -> {}
      case Fact.UpdateBlocked ignored -> {}
      case Fact.RollbackStarted ignored -> {}
      case Fact.RouteSwitched ignored -> {}
      case Fact.RollbackCompleted ignored -> {}
      case Fact.RollbackFailed ignored -> {}
    }
  }

  /// As the function at `/rollback` that takes `failure-predicted`.
  void predicted(Outgoing event) {
    if (!(event.data() instanceof FailurePredicted predicted)) {
      throw new IllegalArgumentException("not a prediction: " + event.type());
    }
    List<ResourceName> meant =
        predicted
            .resource()
            .map(name -> List.of(new ResourceName(name)))
            .orElseGet(() -> automation.servedFrom(new CellName(predicted.cell().orElseThrow())));
    deliver(
        automation.predicted(
            PredictedFailure.of(predicted, meant, event.id()),
            rollback -> rollbacks.advance(rollback, Optional.empty())));
  }

  /// What the timer does.
  void sweep() {
    rollbacks.sweep();
    events.addAll(updates.sweep().facts());
    openWork.open(OpenWork.Kind.JOBS).forEach(job -> events.addAll(takeShadow.resume(job)));
    deliver(List.of());
  }

  Resource resource(String name) {
    return catalogue.resource(new ResourceName(name)).orElseThrow();
  }
}
