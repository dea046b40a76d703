package dev.gnomon.protect;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.actuators.Actuators;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.automation.Approvals;
import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.automation.BlastRadius;
import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.automation.ExpirePoints;
import dev.gnomon.core.automation.Guard;
import dev.gnomon.core.automation.Intervals;
import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.automation.TellDecision;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.EncryptionSpec;
import dev.gnomon.core.catalogue.Policies;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.facts.Ledger;
import dev.gnomon.core.facts.RecordedLedger;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.prefix.Buckets;
import dev.gnomon.core.replica.DropGenerations;
import dev.gnomon.core.replica.Owners;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.rollback.Destinations;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Homes;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Surroundings;
import dev.gnomon.core.rollback.Suspicions;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.ShadowStore;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.update.UpdateRecords;
import dev.gnomon.core.update.Updates;
import dev.gnomon.filesystem.actuators.CommandActuator;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.filesystem.actuators.SymlinkActuator;
import dev.gnomon.filesystem.fence.DirectoryFence;
import dev.gnomon.filesystem.programs.ProgramChecks;
import dev.gnomon.filesystem.programs.ProgramRunner;
import dev.gnomon.verification.catalogue.PlainResource;
import dev.gnomon.webhook.WebhookActuator;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// A small installation on temporary directories: cells `east` and `west`, and resources made by
/// [#resource]. [#restart] stands for a killed and restarted process: only the object stores and
/// the directories remain.
final class World {
  static final CellName EAST = new CellName("east");
  static final CellName WEST = new CellName("west");

  final Path root;
  final Map<CellName, ObjectStore> objects;
  final List<Resource> resources = new ArrayList<>();
  final List<Fact> told = new ArrayList<>();
  final List<Notice> notices = new ArrayList<>();
  final Queue<Fact> events = new ArrayDeque<>();
  final Map<CellName, EncryptionSpec> encryption = new HashMap<>();
  TellDecision.Links links = TellDecision.Links.NONE;
  Policies policies = Policies.DEFAULT;
  String haltAfter = "";
  Optional<Random> disorder = Optional.empty();
  Consumer<String> onStep = step -> {};
  long partBytes = 1L << 30;
  Duration grace = Duration.ofHours(1);
  Duration patience = Duration.ofMinutes(10);
  UnaryOperator<Restorer> restorers = restorer -> restorer;
  UnaryOperator<ShadowStore> shadows = store -> store;
  UnaryOperator<Fence> fences = fence -> fence;
  Buckets buckets = Buckets.NONE;
  Destinations destinations = Destinations.DECLARED;

  /// Whether earlier processes are known to have ended.
  boolean gone = true;

  Duration turn = FileAppliedEpochs.TURN_WAIT;

  Catalogue catalogue;
  ControlRecords records;
  OpenWork openWork;
  Surroundings surroundings;
  InMemoryRouteIndex index;
  RouteTable routes;
  TakeShadow takeShadow;
  Rollbacks rollbacks;
  RollbackViews views;
  Updates updates;
  UpdateRecords updateRecords;
  Automation automation;
  Pause pause;
  DecisionLog decisions;
  BlastRadius radius;
  Approvals approvals;
  Intervals intervals;
  ExpirePoints expirePoints;
  FirstRoutes firstRoutes;
  DropGenerations dropGenerations;
  CellStores stores;

  World(Path root, Map<CellName, ObjectStore> objects) {
    this.root = root;
    this.objects = objects;
  }

  Path location(String name) {
    return root.resolve("east").resolve(name);
  }

  Path link(String name) {
    return root.resolve("links").resolve(name);
  }

  Path replica(String name) {
    return root.resolve("west-replica").resolve(name);
  }

  /// Declares a directory with a FULL shadow and a symbolic link, and makes it.
  Resource resource(String name, RollbackMode mode, String... dependsOn) {
    return add(
        PlainResource.directory(name, location(name))
            .shadows(
                new ShadowSpec(WEST, ShadowType.FULL, Optional.empty(), Optional.of(replica(name))))
            .rollback(mode)
            .allowAdvisoryFence()
            .dependsOn(dependsOn)
            .actuators(new ActuatorSpec.Symlink(link(name)))
            .resource());
  }

  /// Skips a test where a fence can only be advisory, as for a user who may not make files
  /// immutable.
  void needsEnforcedFences() {
    resources.forEach(resource -> {
      Fence.Capability capability =
          surroundings.fence().capability(resource, Location.home(resource));
      assumeTrue(capability.enforceable(), "needs an enforced fence: " + capability.why());
    });
  }

  /// Declares a resource anew with one component changed, such as `"hooks"`.
  void change(String name, String component, Object value) {
    resources.replaceAll(
        old -> old.name().value().equals(name) ? changed(old, component, value) : old);
  }

  /// A record with one component changed.
  @SuppressWarnings("unchecked") // the constructor of its own class
  static <R extends Record> R changed(R old, String component, Object value) {
    RecordComponent[] components = old.getClass().getRecordComponents();
    Object[] values = new Object[components.length];
    Class<?>[] types = new Class<?>[components.length];
    boolean found = false;
    try {
      for (int i = 0; i < components.length; i++) {
        boolean it = components[i].getName().equals(component);
        found |= it;
        types[i] = components[i].getType();
        values[i] = it ? value : components[i].getAccessor().invoke(old);
      }
      if (!found) {
        throw new IllegalArgumentException(old.getClass() + " has no " + component);
      }
      return (R) old.getClass().getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  Resource add(Resource resource) {
    try {
      if (resource.location() instanceof Place.Directory(Path directory)) {
        Files.createDirectories(directory);
      }
      Files.createDirectories(root.resolve("links"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    resources.add(resource);
    return resource;
  }

  /// A new process on what the stores and directories hold.
  World restart() {
    events.clear();
    catalogue =
        new Catalogue(
            objects.keySet().stream()
                .map(name ->
                    new Cell(name, Optional.empty(), Optional.ofNullable(encryption.get(name))))
                .toList(),
            WEST,
            resources,
            Catalogue.DEFAULT_CLOCK_TOLERANCE,
            List.of(),
            List.of(),
            policies);
    ObjectStore control = objects.get(WEST);
    records = new ControlRecords(control, () -> UUID.randomUUID().toString());
    openWork = new OpenWork(control, records);
    index = new InMemoryRouteIndex();
    routes = new RouteTable(records, index);
    CellStores cells = new StoreCells(catalogue, objects::get, grace, buckets);
    stores =
        new ForwardingCellStores(cells) {
          @Override
          public ShadowStore shadows(CellName cell) {
            return shadows.apply(cells.shadows(cell));
          }

          @Override
          public Restorer restorer(CellName cell) {
            return restorers.apply(cells.restorer(cell));
          }
        };
    Checkpoint checkpoint =
        step -> {
          onStep.accept(step);
          if (step.equals(haltAfter)) {
            haltAfter = "";
            throw new Killed(step);
          }
        };
    FileAppliedEpochs epochs = new FileAppliedEpochs(root.resolve("state"), turn);
    ProgramRunner programs = new ProgramRunner();
    Fence fence = fences.apply(new DirectoryFence(epochs, programs));
    // A process id of this JVM would never be gone: each restart is a process of its own.
    String self = "test/" + UUID.randomUUID() + "/0";
    Owners owners =
        new Owners() {
          @Override
          public String self() {
            return self;
          }

          @Override
          public boolean gone(String owner) {
            return gone && !owner.equals(self);
          }
        };
    surroundings =
        new Surroundings(
            catalogue,
            records,
            openWork,
            routes,
            stores,
            new Replicas(records, stores, owners, fence),
            fence,
            new Actuators(
                new SymlinkActuator(epochs),
                new CommandActuator(epochs, programs),
                new WebhookActuator(epochs, name -> Optional.ofNullable(System.getenv(name)))),
            new ProgramChecks(programs),
            checkpoint,
            partBytes,
            patience,
            destinations);
    firstRoutes = new FirstRoutes(routes, surroundings.actuators());
    dropGenerations =
        new DropGenerations(records, routes, surroundings.replicas(), surroundings.fence(), stores);
    updateRecords = new UpdateRecords(records);
    takeShadow =
        new TakeShadow(
            catalogue,
            records,
            openWork,
            stores,
            new Guard(firstRoutes, new Running(records), openWork, updateRecords),
            surroundings.replicas(),
            surroundings.fence(),
            surroundings.check(),
            checkpoint,
            partBytes);
    ChoosePoint choosePoint =
        new ChoosePoint(records, stores, new Suspicions(records, catalogue.clockTolerance()));
    Ledger ledger =
        new RecordedLedger(
            records,
            fact -> {
              told.add(fact);
              events.add(fact);
            });
    pause = new Pause(records);
    rollbacks = new Rollbacks(surroundings, choosePoint, ledger, Duration.ofMinutes(1), pause);
    views = new RollbackViews(records, routes);
    updates = new Updates(catalogue, records, openWork, checkpoint);
    radius = new BlastRadius(records, routes, policies.decisions().limits(), checkpoint);
    decisions = new DecisionLog(records);
    automation =
        new Automation(
            catalogue,
            records,
            rollbacks,
            firstRoutes,
            surroundings.fence(),
            pause,
            radius,
            stores,
            decisions,
            links,
            notices::add);
    approvals =
        new Approvals(records, openWork, decisions, routes, rollbacks, pause, radius, checkpoint);
    intervals = new Intervals(catalogue, records, openWork);
    expirePoints =
        new ExpirePoints(
            catalogue, records, control, openWork, stores, routes, surroundings.replicas());
    resources.forEach(firstRoutes::apply);
    resources.forEach(new Homes(records)::remember);
    return this;
  }

  /// Delivers what was handed out until nothing is left.
  void deliver() {
    int deliveries = 0;
    while (!events.isEmpty()) {
      if (deliveries++ > 10_000) {
        throw new IllegalStateException("events never end: " + events.peek());
      }
      if (disorder.isEmpty()) {
        deliver(events.poll());
      } else {
        deliverAny(disorder.get());
      }
    }
  }

  /// As a broker may: in any order, some twice, and again later what could not be done now.
  private void deliverAny(Random random) {
    List<Fact> waiting = new ArrayList<>(events);
    Fact event = waiting.remove(random.nextInt(waiting.size()));
    events.clear();
    events.addAll(waiting);
    if (random.nextInt(6) == 0) {
      events.add(event);
    }
    try {
      deliver(event);
    } catch (Unavailable later) {
      events.add(event);
    }
  }

  /// Delivers one event, as the function that it triggers handles it.
  void deliver(Fact event) {
    switch (event) {
      case Fact.RollbackGoesOn goesOn -> rollbacks.advance(goesOn.rollback(), goesOn.part());
      case Fact.ShadowWanted wanted when pause.stops(wanted.kind()) -> {}
      case Fact.ShadowWanted wanted ->
          takeShadow
              .take(
                  new TakeShadow.Wanted(
                      wanted.resource(),
                      wanted.kind(),
                      wanted.updateId(),
                      wanted.effect().value(),
                      wanted.slot()))
              .forEach(this::tell);
      case Fact.ShadowPartWanted part ->
          takeShadow.part(part.job(), part.part()).forEach(this::tell);
      case Fact.ShadowCreated created ->
          created.point().updateId().ifPresent(id -> updates.shadowEnded(id).forEach(this::tell));
      case Fact.ShadowFailed failed ->
          failed.updateId().ifPresent(id -> updates.shadowEnded(id).forEach(this::tell));
      case Fact.PointsExpired expired ->
          expirePoints.expire(
              catalogue.resource(expired.resource()).orElseThrow(),
              expired.cell(),
              expired.points());
      case Fact.UpdateReady ignored -> {}
      case Fact.UpdateBlocked ignored -> {}
      case Fact.RollbackStarted ignored -> {}
      case Fact.RouteSwitched ignored -> {}
      case Fact.RollbackCompleted ignored -> {}
      case Fact.RollbackFailed ignored -> {}
    }
  }

  /// What the timer does.
  void sweep() {
    rollbacks.sweep();
    approvals.sweep(id -> rollbacks.advance(id, Optional.empty()));
    Updates.Swept swept = updates.sweep();
    events.addAll(swept.facts());
    for (UpdateId id : swept.lost()) {
      automation
          .updateFailed(
              updateRecords.request(id).orElseThrow(),
              true,
              By.AUTOMATION,
              "no heartbeat",
              "heartbeat-lost/" + id)
          .ifPresent(rollback -> rollbacks.advance(rollback, Optional.empty()));
      updates.end(id, UpdateRecords.End.HEARTBEAT_LOST, By.AUTOMATION, Optional.empty());
    }
    openWork.open(OpenWork.Kind.JOBS).forEach(job -> events.addAll(takeShadow.resume(job)));
    deliver();
  }

  /// Announces an update and delivers what follows from it.
  Updates.Announced update(String id, String... names) {
    return update(id, Optional.empty(), names);
  }

  Updates.Announced update(String id, Optional<Duration> heartbeat, String... names) {
    Updates.Announced announced =
        updates.announce(
            new UpdateId(id),
            Stream.of(names).map(ResourceName::new).toList(),
            heartbeat,
            Optional.empty(),
            "event of " + id);
    if (announced instanceof Updates.Announced.Accepted accepted) {
      accepted.facts().forEach(this::tell);
      deliver();
    }
    return announced;
  }

  /// Facts that a function answers with: told to whoever listens, and delivered.
  private void tell(Fact fact) {
    told.add(fact);
    events.add(fact);
  }

  /// Facts of one kind; a repetition has the same event id, so it counts as one.
  <T extends Fact> List<T> told(Class<T> type) {
    return told.stream().filter(type::isInstance).map(type::cast).distinct().toList();
  }

  PointRef shadow(String name) {
    takeShadow
        .take(
            new TakeShadow.Wanted(
                new ResourceName(name),
                PointKind.COMMAND,
                Optional.empty(),
                UUID.randomUUID().toString()))
        .forEach(this::tell);
    deliver();
    return newest(name);
  }

  PointRef newest(String name) {
    return new PointRef(WEST, points(name).getFirst().id());
  }

  List<Point> points(String name) {
    return stores.shadows(WEST).points(new ResourceName(name));
  }

  Begun rollback(RollbackRequest request) {
    Begun begun = rollbacks.begin(request);
    if (begun instanceof Begun.Accepted accepted) {
      rollbacks.advance(accepted.rollback(), Optional.empty());
      deliver();
    }
    return begun;
  }

  /// Asks for a rollback that has to be accepted.
  ///
  /// @return its id
  String rolledBack(RollbackRequest request) {
    return switch (rollback(request)) {
      case Begun.Accepted accepted -> accepted.rollback();
      case Begun other -> throw new IllegalStateException("not accepted: " + other);
    };
  }

  static RollbackRequest ofUpdate(String id) {
    return request(new Target.OfUpdate(new UpdateId(id)));
  }

  static RollbackRequest ofCell(CellName cell) {
    return request(new Target.OfCell(cell));
  }

  private static RollbackRequest request(Target target) {
    return new RollbackRequest(
        target,
        Optional.empty(),
        Optional.empty(),
        true,
        By.PERSON,
        "a test asked for it",
        Optional.<Instant>empty());
  }

  Route route(String name) {
    return routes.current(new ResourceName(name)).orElseThrow();
  }

  /// Everything that has begun and not ended, by its markers.
  List<String> open() {
    return Stream.of(OpenWork.Kind.values())
        .flatMap(kind -> openWork.open(kind).stream().map(name -> kind + " " + name))
        .toList();
  }

  static RollbackRequest to(String resource, Optional<String> point, Optional<RollbackMode> mode) {
    return new RollbackRequest(
        new Target.OfResource(new ResourceName(resource)),
        point,
        mode,
        true,
        By.PERSON,
        "a test asked for it",
        Optional.<Instant>empty());
  }

  static RollbackRequest undo(String rollback) {
    return new RollbackRequest(
        new Target.OfRollback(rollback),
        Optional.empty(),
        Optional.empty(),
        false,
        By.PERSON,
        "a test asked for it",
        Optional.<Instant>empty());
  }

  /// Where the resource is served now, as its symbolic link says.
  Path served(String name) {
    try {
      return Files.readSymbolicLink(link(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, String> tree(String name) {
    return Trees.of(served(name));
  }

  /// Makes everything deletable again: the placeholders of fences are immutable.
  void release() throws Exception {
    new ProcessBuilder("chattr", "-R", "-i", root.toString())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
