package dev.gnomon.verification.chaos;

import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.ChaosPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.chaos.ChaosRecords;
import dev.gnomon.core.chaos.ChaosRules;
import dev.gnomon.core.chaos.Experiment;
import dev.gnomon.core.chaos.Experiment.Expected;
import dev.gnomon.core.chaos.Lessons;
import dev.gnomon.core.chaos.Outcome;
import dev.gnomon.core.chaos.Places;
import dev.gnomon.core.chaos.RecordedEffects;
import dev.gnomon.core.chaos.RunExperiments;
import dev.gnomon.core.chaos.SteadyState;
import dev.gnomon.core.chaos.Trouble;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.RefineWeights;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Candidate;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.MoveStep;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.rollback.Steps.WaitStep;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/// An installation with resources `site` (served from east) and `shop` (served from west) of which
/// only the records are there.
final class ChaosWorld {
  static final ResourceName SITE = new ResourceName("site");
  static final ResourceName SHOP = new ResourceName("shop");
  private static final CellName EAST = new CellName("east");
  private static final CellName WEST = new CellName("west");

  final ChaosClock clock = new ChaosClock();
  final AtomicLong calls = new AtomicLong();
  final FaultInjectingObjectStore faults;
  final ControlRecords control;
  final ChaosRecords records;
  final RouteTable routes;
  final RefineWeights weights;
  final Pause pause;
  final Map<ResourceName, Places.Reading> merit = new HashMap<>();
  final RunExperiments run;
  final List<String> told = new ArrayList<>();
  private final InMemoryObjectStore memory = new InMemoryObjectStore(clock);

  ChaosWorld() {
    this(new ChaosPolicy(true, List.of()));
  }

  ChaosWorld(ChaosPolicy policy) {
    faults = new FaultInjectingObjectStore(memory);
    ForwardingObjectStore counted =
        new ForwardingObjectStore(faults) {
          @Override
          protected void calls(String call, Object on) {
            calls.incrementAndGet();
          }
        };
    control = new ControlRecords(counted, () -> UUID.randomUUID().toString(), pause -> {});
    records = new ChaosRecords(control);
    routes = new RouteTable(control, RouteIndex.none());
    weights = new RefineWeights(control);
    pause = new Pause(control);
    Catalogue catalogue =
        new Catalogue(
            List.of(cell(EAST), cell(WEST)),
            WEST,
            List.of(
                PlainResource.directory("site", Path.of("/site")).resource(),
                PlainResource.directory("shop", Path.of("/shop")).resource()),
            Duration.ofSeconds(2),
            List.of(),
            List.of(),
            new Policies(
                Policies.DEFAULT.decisions(),
                Policies.DEFAULT.merit(),
                Policies.DEFAULT.telemetry(),
                Policies.DEFAULT.prediction(),
                policy));
    run = another(catalogue);
    route(SITE, 1, RouteState.SERVING, EAST);
    route(SHOP, 1, RouteState.SERVING, WEST);
  }

  private static Cell cell(CellName name) {
    return new Cell(name, Optional.empty(), Optional.empty());
  }

  private RunExperiments another(Catalogue catalogue) {
    Places places = resource -> Optional.ofNullable(merit.get(resource));
    return new RunExperiments(
        catalogue,
        new ChaosRules(catalogue, Duration.ofHours(1)),
        records,
        routes,
        new SteadyState(
            catalogue, routes, new Running(control), new OpenWork(faults, control), places),
        new RecordedEffects(control, routes, new DecisionLog(control), records),
        places,
        new Lessons(weights, MeritWeights.DEFAULT),
        pause,
        (experiment, outcome) -> told.add(experiment.id() + " " + outcome.verdict()));
  }

  void route(ResourceName resource, long epoch, RouteState state, CellName cell) {
    route(resource, epoch, state, cell, "test");
  }

  private void route(
      ResourceName resource, long epoch, RouteState state, CellName cell, String cause) {
    routes.advance(
        new Route(
            resource,
            new Epoch(epoch),
            state,
            new Location(cell, "/" + cell),
            List.of(),
            Fenced.ADVISORY,
            cause,
            clock.instant()));
  }

  /// Asked for by somebody, and killed before it began.
  void askedOnly(Experiment wanted) {
    control.create(
        ObjectName.of("chaos/runs", wanted.id(), "request"),
        new ChaosRecords.Request(wanted, clock.instant()));
  }

  /// A rollback from an epoch to the next, and how it ended.
  void rolledBack(ResourceName resource, long epoch, By by, Terminal end) {
    RollbackRecords at = intent(resource, epoch, by);
    route(resource, epoch + 1, RouteState.SERVING, WEST);
    done(at, epoch, end, point(resource, 1));
  }

  /// One that had to use its n-th point.
  void rolledBackTo(ResourceName resource, long epoch, int point) {
    RollbackRecords at = intent(resource, epoch, By.AUTOMATION);
    route(resource, epoch + 1, RouteState.SERVING, WEST);
    done(at, epoch, Terminal.SERVING, point(resource, point));
  }

  /// One that serves from the shadow until the old primary is fit again.
  void awayFromItsPrimary(ResourceName resource, long epoch) {
    RollbackRecords at = intent(resource, epoch, By.AUTOMATION);
    at.write("released", new MoveStep(new Epoch(epoch + 1), Fenced.ADVISORY, Optional.empty()));
    at.write("return-waits", new WaitStep("it is slow", clock.instant(), Optional.empty(), false));
    route(resource, epoch + 1, RouteState.SERVING, WEST, at.name("intent").value());
  }

  private static PointRef point(ResourceName resource, int number) {
    return new PointRef(WEST, new PointId(resource, number));
  }

  private Candidate candidate(ResourceName resource, int number, Duration age) {
    return new Candidate(
        point(resource, number),
        new ContentHash("0".repeat(64)),
        clock.instant().minus(age),
        Optional.empty());
  }

  private RollbackRecords intent(ResourceName resource, long epoch, By by) {
    RollbackRecords at = new RollbackRecords(control, resource, new Epoch(epoch));
    at.write(
        "intent",
        new Intent(
            at.id(),
            resource,
            new Epoch(epoch),
            "hash",
            RollbackMode.SWITCH,
            by,
            "why",
            List.of(
                candidate(resource, 1, Duration.ofMinutes(1)),
                candidate(resource, 2, Duration.ofMinutes(10))),
            new Location(EAST, "/east"),
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(WEST),
            Optional.empty(),
            clock.instant()));
    return at;
  }

  private void done(RollbackRecords at, long epoch, Terminal end, PointRef used) {
    at.write(
        "done",
        new DoneStep(
            end,
            new Epoch(epoch + 1),
            Optional.of(used),
            Optional.empty(),
            Optional.empty(),
            0,
            0,
            "state",
            clock.instant()));
  }

  static Experiment experiment(String id, Trouble trouble, Duration lasts) {
    return new Experiment(id, "a name", trouble, lasts, Expected.DEFAULT, "me");
  }

  void begin(String id, Trouble trouble, Duration lasts) {
    Optional<Outcome> refused = run.request(experiment(id, trouble, lasts), clock.instant());
    if (refused.isPresent()) {
      throw new AssertionError(refused.get().toString());
    }
  }

  List<String> names() {
    return memory.names().stream().map(ObjectName::value).toList();
  }
}
