package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.automation.Prediction;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.FaultInjectingObjectStore.Operation;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/// One random run. The model knows, for every resource, what has to be served, and for every point,
/// what it holds; whatever is killed, lost, repeated or reordered in a step, once things have
/// settled the world has to agree.
final class RandomisedRun {
  private static final List<String> NAMES = List.of("base", "site");
  private static final int MAX_CHECKPOINTS = 14;
  private static final int MAX_SWEEPS = 12;
  private static final int ADVISORY_EVERY = 3;

  private final Random random;
  private final SettableClock clock = new SettableClock();
  private final FaultInjectingObjectStore faults =
      new FaultInjectingObjectStore(new InMemoryObjectStore(clock));
  private final World world;
  private final List<String> story = new ArrayList<>();

  private final Map<String, Map<String, String>> served = new HashMap<>();
  private final Map<String, Set<Map<String, String>>> everServed = new HashMap<>();
  private final Map<PointRef, Map<String, String>> points = new HashMap<>();
  private final Map<String, Long> epochs = new HashMap<>();
  private final Set<String> openUpdates = new TreeSet<>();
  private final List<RollbackRequest> requests = new ArrayList<>();
  private final Set<String> judged = new HashSet<>();
  private int number;

  RandomisedRun(Path root, long seed) {
    this.random = new Random(seed);
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore(clock));
    objects.put(World.WEST, faults);
    this.world = new World(root, objects);
    world.grace = Duration.ofMinutes(1);
    world.disorder = Optional.of(random);
    if (Math.floorMod(seed, ADVISORY_EVERY) == 0) {
      world.fences = AdvisoryFence::new;
    }
    world.partBytes = random.nextBoolean() ? 60 : 1L << 30;
    world.resource("base", mode());
    world.resource("site", mode(), "base");
    for (String name : NAMES) {
      world.change(name, "keep", new Keep(1 + random.nextInt(3), Optional.empty()));
      for (int i = 0; i < 12; i++) {
        world.write(world.location(name).resolve("dir" + i % 3 + "/file" + i), "first " + i);
      }
    }
    world.restart();
    for (String name : NAMES) {
      serves(name, Trees.of(world.location(name)));
      shadow(name, PointKind.COMMAND, "first shadow of " + name);
    }
    settle();
    check(Map.copyOf(served));
    NAMES.forEach(this::write);
  }

  void close() throws Exception {
    faults.heal();
    world.release();
  }

  String story() {
    return String.join("\n", story);
  }

  void steps(int count) {
    for (int i = 0; i < count; i++) {
      Map<String, Map<String, String>> before = new HashMap<>(served);
      step(before);
      settle();
      check(before);
    }
    for (PointRef point : points.keySet()) {
      world.stores.restorer(point.cell()).verify(point.point(), Progress.NONE);
    }
  }

  // ---- what may happen

  private void step(Map<String, Map<String, String>> before) {
    Runnable action = action(before);
    int trouble = random.nextInt(10);
    if (trouble < 4) {
      killSoon();
    } else if (trouble == 4) {
      lostAnswers();
    }
    try {
      action.run();
      world.deliver();
    } catch (Killed killed) {
      tell("  killed after " + killed.getMessage());
      restart();
    } catch (ObjectStoreException | Unavailable away) {
      tell("  " + away.getMessage());
    } catch (Refusal refusal) {
      tell("  refused: " + refusal.getMessage());
    }
    if (random.nextInt(3) == 0) {
      again(action);
    }
  }

  /// A restarted process finds some of the events that were handed out and not done, or none.
  private void restart() {
    List<Fact> kept = random.nextBoolean() ? List.copyOf(world.events) : List.of();
    world.restart();
    world.events.addAll(kept);
    world.events.addAll(kept.subList(0, kept.size() / 2));
    if (random.nextInt(3) == 0) {
      killSoon();
    }
  }

  private void killSoon() {
    int[] left = {1 + random.nextInt(MAX_CHECKPOINTS)};
    world.onStep =
        step -> {
          if (--left[0] == 0) {
            throw new Killed(step);
          }
        };
  }

  /// The same event is delivered again.
  private void again(Runnable action) {
    tell("  and once more");
    try {
      action.run();
    } catch (ObjectStoreException | Unavailable | Refusal again) {
      tell("  " + again.getMessage());
    } catch (Killed killed) {
      restart();
    }
  }

  private void lostAnswers() {
    Operation operation = List.of(Operation.CREATE, Operation.READ).get(random.nextInt(2));
    int nth = 1 + random.nextInt(30);
    tell("  call " + nth + " of " + operation + " will fail");
    if (operation == Operation.CREATE && random.nextBoolean()) {
      faults.failAfter(operation, nth, ObjectStoreException.Kind.OUTCOME_UNKNOWN);
    } else {
      faults.failBefore(operation, nth, ObjectStoreException.Kind.TRANSIENT);
    }
  }

  private Runnable action(Map<String, Map<String, String>> before) {
    String name = NAMES.get(random.nextInt(NAMES.size()));
    String event = "event " + number++;
    switch (random.nextInt(14)) {
      case 0, 1, 2 -> {
        write(name);
        before.put(name, served.get(name));
        return () -> {};
      }
      case 3, 4 -> {
        tell("shadow " + name);
        PointKind kind = random.nextBoolean() ? PointKind.COMMAND : PointKind.INTERVAL;
        return () -> shadow(name, kind, event);
      }
      case 5 -> {
        String update = "u" + number;
        tell("begin update " + update);
        return () -> world.update(update, name);
      }
      case 6 -> {
        return endUpdate();
      }
      case 7, 8, 9 -> {
        RollbackRequest request = rollback(name).askedBy(event);
        tell("rollback " + request.target() + " to " + request.to() + " " + request.mode());
        requests.add(request);
        return () -> ask(request);
      }
      case 10 -> {
        Optional<RollbackRequest> undo = undo().map(one -> one.askedBy(event));
        tell("undo " + undo.map(RollbackRequest::target));
        undo.ifPresent(requests::add);
        return () -> undo.ifPresent(this::ask);
      }
      case 11 -> {
        tell("expire and collect");
        return this::expire;
      }
      case 12 -> {
        tell("prediction for " + name);
        return () -> predict(name, event);
      }
      default -> {
        if (requests.isEmpty()) {
          return () -> {};
        }
        RollbackRequest old = requests.get(random.nextInt(requests.size()));
        tell("an old request again: " + old.request());
        return () -> ask(old);
      }
    }
  }

  private void write(String name) {
    Path root = world.served(name);
    tell("write to " + name);
    for (int i = 0; i <= random.nextInt(4); i++) {
      Path file = root.resolve("dir" + random.nextInt(3) + "/file" + random.nextInt(12));
      try {
        if (random.nextInt(4) == 0) {
          Files.deleteIfExists(file);
        } else {
          world.write(file, "written " + number++);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    serves(name, Trees.of(root));
  }

  private void serves(String name, Map<String, String> tree) {
    served.put(name, tree);
    everServed.computeIfAbsent(name, ignored -> new HashSet<>()).add(tree);
  }

  private void shadow(String name, PointKind kind, String event) {
    world.events.add(
        new Fact.ShadowWanted(
            ObjectName.of("requests", event.replace(' ', '-'), "shadow"),
            new ResourceName(name),
            kind,
            Optional.empty()));
    world.deliver();
  }

  private Runnable endUpdate() {
    if (openUpdates.isEmpty()) {
      return () -> {};
    }
    String update = List.copyOf(openUpdates).get(random.nextInt(openUpdates.size()));
    UpdateId id = new UpdateId(update);
    boolean fails = random.nextBoolean();
    tell((fails ? "fail " : "complete ") + update);
    return () -> {
      world.updates.end(id, fails ? End.FAILED : End.COMPLETED, By.PERSON, Optional.empty());
      if (fails) {
        world
            .automation
            .updateFailed(
                world.updateRecords.request(id).orElseThrow(),
                false,
                By.PERSON,
                "a random failure",
                "update-failed/" + id)
            .ifPresent(rollback -> world.rollbacks.advance(rollback, Optional.empty()));
      }
    };
  }

  private RollbackRequest rollback(String name) {
    List<String> updates =
        world.records.names("updates/").stream()
            .map(ObjectName::value)
            .filter(one -> one.endsWith("/ready"))
            .map(one -> one.split("/")[1])
            .toList();
    int kind = random.nextInt(6);
    Target target =
        kind == 0 && !updates.isEmpty()
            ? new Target.OfUpdate(new UpdateId(updates.get(random.nextInt(updates.size()))))
            : kind == 1
                ? new Target.OfCell(random.nextBoolean() ? World.EAST : World.WEST)
                : new Target.OfResource(new ResourceName(name));
    List<Point> known = world.points(name);
    Optional<String> to =
        target instanceof Target.OfResource && !known.isEmpty() && random.nextBoolean()
            ? Optional.of(known.get(random.nextInt(known.size())).id().toString())
            : Optional.empty();
    return new RollbackRequest(
        target,
        to,
        random.nextBoolean() ? Optional.of(mode()) : Optional.empty(),
        random.nextInt(4) > 0,
        By.PERSON,
        "at random",
        Optional.empty());
  }

  private Optional<RollbackRequest> undo() {
    List<Member> done = world.views.newest(20);
    if (done.isEmpty()) {
      return Optional.empty();
    }
    String id = done.get(random.nextInt(done.size())).rollback();
    return RollbackRecords.of(world.records, id)
        .flatMap(RollbackRecords::intent)
        .map(intent -> World.undo(intent.correlation()));
  }

  private void ask(RollbackRequest request) {
    switch (world.rollbacks.begin(request)) {
      case Begun.Accepted accepted -> {
        tell("  accepted as " + accepted.rollback());
        world.rollbacks.advance(accepted.rollback(), Optional.empty());
        world.deliver();
      }
      case Begun.Joined joined -> tell("  joined " + joined.rollback());
      case Begun.Refused refused -> tell("  refused: " + refused.reason());
    }
  }

  private void predict(String name, String event) {
    Prediction prediction =
        new Prediction(
            List.of(new ResourceName(name)),
            clock.instant(),
            clock.instant(),
            0.9,
            List.of("at random"),
            event);
    world.events.addAll(
        world.automation.predicted(
            prediction,
            rollback -> {
              tell("  begins " + rollback);
              world.rollbacks.advance(rollback, Optional.empty());
            }));
    world.deliver();
  }

  private void expire() {
    clock.forward(Duration.ofMinutes(random.nextInt(3)));
    if (random.nextInt(8) == 0) {
      clock.forward(Duration.ofDays(8)); // the time of undo points
    }
    for (Fact due : world.expirePoints.due()) {
      tell("  " + due);
      world.deliver(due);
    }
    world.resources.forEach(resource -> {
      var declared = world.catalogue.resource(resource.name()).orElseThrow();
      declared.shadows().forEach(shadow -> world.stores.expiry(shadow.cell()).collect(world.grace));
      world.dropGenerations.execute(declared, world.dropGenerations.plan(declared));
    });
  }

  private RollbackMode mode() {
    return RollbackMode.values()[random.nextInt(RollbackMode.values().length)];
  }

  // ---- what has to be true afterwards

  private void settle() {
    faults.heal();
    for (int sweep = 1; ; sweep++) {
      try {
        world.deliver();
        world.sweep();
      } catch (Killed killed) {
        tell("  killed after " + killed.getMessage() + " in a sweep");
        restart();
        continue;
      }
      if (world.open().stream().allMatch(one -> one.startsWith("UPDATES"))) {
        break;
      }
      if (sweep == MAX_SWEEPS / 2) {
        clock.forward(OpenWork.STALE_AFTER.plusSeconds(1)); // markers of work that never began
      }
      assertThat(sweep)
          .as("sweeps until nothing is open but %s", world.open())
          .isLessThan(MAX_SWEEPS);
    }
    world.onStep = step -> {};
    openUpdates.clear();
    world.openWork.open(OpenWork.Kind.UPDATES).stream()
        .filter(id -> world.updateRecords.ready(new UpdateId(id)).isPresent())
        .forEach(openUpdates::add);
  }

  private void check(Map<String, Map<String, String>> before) {
    Map<String, List<Member>> ended = newlyEnded();
    for (String name : NAMES) {
      Route route = route(name);
      Map<String, String> now = world.tree(name);
      List<Map<String, String>> seen = new ArrayList<>(List.of(before.get(name), now));
      ended
          .getOrDefault(name, List.of())
          .forEach(member -> Optional.ofNullable(points.get(member.point())).ifPresent(seen::add));
      List<PointRef> there =
          learnPoints(name, seen, leftBehind(ended.getOrDefault(name, List.of())));
      Map<String, String> expected = before.get(name);
      for (Member member : ended.getOrDefault(name, List.of())) {
        tell(
            "  "
                + member.rollback()
                + " "
                + member.mode()
                + " "
                + member.state()
                + " "
                + member.point()
                + " "
                + member.reason().orElse(""));
        assertThat(member.state()).as(member.rollback()).isIn(State.SERVING, State.FAILED);
        Map<String, String> left = expected;
        member
            .undo()
            .filter(points::containsKey)
            .ifPresent(undo ->
                assertThat(points.get(undo))
                    .as("undo point of %s", member.rollback())
                    .isEqualTo(left));
        Optional<PointRef> reached = reached(member);
        assertThat(reached.isPresent() || member.state() == State.FAILED).isTrue();
        if (reached.isPresent()) {
          assertThat(points).containsKey(reached.get());
          expected = points.get(reached.get());
          everServed.get(name).add(expected);
        }
      }
      points
          .keySet()
          .removeIf(ref -> ref.point().resource().value().equals(name) && !there.contains(ref));
      assertThat(now).as("what %s serves", name).isEqualTo(expected);
      assertThat(route.primary().path()).isEqualTo(world.served(name).toString());
      serves(name, now);
    }
    exactlyOneEndEach();
  }

  /// The point that is served since; also after a failure to return to the old primary.
  private Optional<PointRef> reached(Member member) {
    return RollbackRecords.of(world.records, member.rollback())
        .flatMap(RollbackRecords::done)
        .flatMap(Steps.DoneStep::point);
  }

  /// Points of what stood at places that earlier rollbacks left behind an advisory fence.
  private Set<PointRef> leftBehind(List<Member> ended) {
    Set<PointRef> left = new HashSet<>();
    for (Member member : ended) {
      RollbackRecords.of(world.records, member.rollback())
          .flatMap(at -> at.read("left-strays", Steps.UndoStep.class))
          .flatMap(Steps.UndoStep::ref)
          .ifPresent(left::add);
    }
    return left;
  }

  /// Rollbacks that ended in this step, oldest first.
  private Map<String, List<Member>> newlyEnded() {
    Map<String, List<Member>> ended = new HashMap<>();
    for (Member member : world.views.newest(1000).reversed()) {
      if (judged.add(member.rollback())) {
        ended.computeIfAbsent(member.resource().value(), ignored -> new ArrayList<>()).add(member);
      }
    }
    ended.values().forEach(list -> list.sort(java.util.Comparator.comparing(Member::epochBefore)));
    return ended;
  }

  private Route route(String name) {
    Route route = world.route(name);
    long epoch = route.epoch().value();
    assertThat(epoch).isGreaterThanOrEqualTo(epochs.getOrDefault(name, 1L));
    for (long one = 1; one <= epoch; one++) {
      assertThat(world.routes.at(new ResourceName(name), new Epoch(one))).isPresent();
    }
    assertThat(world.routes.at(new ResourceName(name), new Epoch(epoch + 1))).isEmpty();
    assertThat(route.state()).isEqualTo(RouteState.SERVING);
    epochs.put(name, epoch);
    return route;
  }

  /// A new point holds what was served before or after the step and no mixture (of a place that was
  /// left behind: what was served at some time); an old one is what it was.
  private List<PointRef> learnPoints(
      String name, List<Map<String, String>> seen, Set<PointRef> leftBehind) {
    List<PointRef> there =
        world.points(name).stream().map(point -> new PointRef(World.WEST, point.id())).toList();
    for (PointRef ref : there) {
      if (!points.containsKey(ref)) {
        Map<String, String> tree = restored(ref);
        assertThat(leftBehind.contains(ref) ? everServed.get(name) : seen)
            .as("what the new point %s may hold", ref)
            .contains(tree);
        points.put(ref, tree);
      }
    }
    if (!there.isEmpty()) {
      PointRef any = there.get(random.nextInt(there.size()));
      assertThat(restored(any)).as("what %s holds", any).isEqualTo(points.get(any));
    }
    return there;
  }

  private Map<String, String> restored(PointRef ref) {
    Path scratch = world.root.resolve("scratch-" + number++);
    var restorer = world.stores.restorer(ref.cell());
    RestoreRequest request = new RestoreRequest(ref.point(), scratch, Long.MAX_VALUE);
    restorer.restorePart(request, Part.WHOLE, Progress.NONE);
    restorer.finish(request);
    try {
      Map<String, String> tree = Trees.of(scratch);
      Trees.delete(scratch);
      return tree;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void exactlyOneEndEach() {
    for (String rollback : judged) {
      long ends =
          world.told(Fact.RollbackCompleted.class).stream()
                  .filter(one -> one.rollback().equals(rollback))
                  .count()
              + world.told(Fact.RollbackFailed.class).stream()
                  .filter(one -> one.rollback().equals(rollback))
                  .count();
      assertThat(ends).as("ends told of %s", rollback).isEqualTo(1);
    }
  }

  private void tell(String line) {
    story.add(line);
  }
}
