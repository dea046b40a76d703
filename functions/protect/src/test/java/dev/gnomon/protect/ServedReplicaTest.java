package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.actuators.FenceByPlace;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.Objectives;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.PrefixSpec;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.prefix.Attributes;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Serving.Served;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import dev.gnomon.events.EventTypes.EventType;
import dev.gnomon.events.ShadowCreated;
import dev.gnomon.filesystem.actuators.FileAppliedEpochs;
import dev.gnomon.verification.buckets.InMemoryBucket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Replicas as plain objects in the bucket of a cell: of prefixes, which are switched to, and of
/// directories, which only readers use.
class ServedReplicaTest {
  private static final S3Prefix PLACE = S3Prefix.of("s3+http://east:9000/bucket/data");
  private static final String WEST = "s3+http://west:9000/cell/serving/";

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final InMemoryBucket bucket = new InMemoryBucket(clock::instant);
  private final InMemoryBucket west = new InMemoryBucket(clock::instant);
  private World world;

  @BeforeEach
  void install() {
    install(root, Fenced.ENFORCED);
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  private void install(Path directory, Fenced fenced) {
    world = new World(directory, Worlds.cells(clock));
    world.buckets =
        place -> (place.bucket().equals("cell") ? west : bucket).open(place, PrefixSpec.DEFAULT);
    world.fences =
        directories ->
            new FenceByPlace(
                directories,
                new OpenFence(new FileAppliedEpochs(directory.resolve("prefix-state")), fenced));
    world.add(
        new Resource(
            new ResourceName("data"),
            World.EAST,
            PLACE,
            Priority.NORMAL,
            List.of(full("data")),
            RollbackMode.SWITCH,
            dev.gnomon.core.catalogue.Automation.AUTO,
            true,
            List.of(),
            Keep.DEFAULT,
            Hooks.NONE,
            OnChange.RETRY,
            List.of(
                new ActuatorSpec.Command(
                    List.of(
                        "sh",
                        "-c",
                        "echo $GNOMON_STATE $GNOMON_PRIMARY_PATH >> "
                            + directory.resolve("applied")),
                    Duration.ofSeconds(30))),
            List.of(),
            OnFail.ROLLBACK,
            OnFail.NOTIFY,
            Limits.DEFAULT,
            Optional.empty(),
            Optional.of(PrefixSpec.DEFAULT),
            Objectives.NONE));
    world.restart();
  }

  private static ShadowSpec full(String name) {
    return new ShadowSpec(World.WEST, ShadowType.FULL, Optional.empty(), Optional.empty())
        .served(S3Prefix.of(WEST + name));
  }

  private static S3Prefix generation(String name, int number) {
    return S3Prefix.of(WEST + name + "/%06d".formatted(number));
  }

  private SortedMap<String, String> fill() {
    for (int i = 0; i < 20; i++) {
      bucket.put(
          "data/object-%02d".formatted(i),
          "good " + i,
          new Attributes(
              new TreeMap<>(Map.of("content-type", "text/x-" + i)),
              new TreeMap<>(Map.of("by", "somebody")),
              new TreeMap<>(Map.of("stage", "live"))));
    }
    settle();
    return bucket.contents();
  }

  private void damage() {
    bucket.put("data/object-03", "bad");
    bucket.delete("data/object-04");
    bucket.put("data/added", "added");
    settle();
  }

  private void settle() {
    clock.forward(Duration.ofSeconds(5));
  }

  /// What a place holds, under the keys that it has at home.
  private SortedMap<String, String> at(S3Prefix place) {
    TreeMap<String, String> found = new TreeMap<>();
    west.contents()
        .forEach((key, value) -> {
          if (key.startsWith(place.prefix())) {
            found.put("data/" + key.substring(place.prefix().length()), value);
          }
        });
    return found;
  }

  private static RollbackRequest to(RollbackMode mode) {
    return World.to("data", Optional.empty(), Optional.of(mode));
  }

  private Replica replica() {
    return world.surroundings.replicas().of(world.resources.getFirst()).orElseThrow();
  }

  @Test
  void aSwitchServesTheObjectsAtOnceAndItsUndoGoesHome() {
    SortedMap<String, String> good = fill();
    world.update("deploy-7", "data");
    assertThat(world.told(Fact.UpdateReady.class)).hasSize(1);
    assertThat(at(generation("data", 1))).isEqualTo(good);
    damage();
    SortedMap<String, String> damaged = bucket.contents();
    west.calls();

    String id = world.rolledBack(World.ofUpdate("deploy-7"));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.route("data").primary().place()).isEqualTo(generation("data", 1));
    assertThat(root.resolve("applied"))
        .content()
        .endsWith("serving " + generation("data", 1) + "\n");
    assertThat(west.calls()).as("nothing is written").allMatch(call -> call.startsWith("list"));
    assertThat(bucket.contents()).isEqualTo(damaged);

    west.put("cell/serving/data/000001/x", "elsewhere");
    west.put(generation("data", 1).prefix() + "written-there", "by the application");
    settle();
    String undo = world.rolledBack(World.undo(id));

    assertThat(world.views.of(undo).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.route("data").primary().place()).isEqualTo(PLACE);
    assertThat(bucket.contents()).isEqualTo(damaged);
    assertThat(world.points("data"))
        .as("what was written there is a point")
        .anyMatch(point -> point.files() == 21);
  }

  @Test
  void whatServedIsNeverSyncedIntoAgain() {
    fill();
    world.shadow("data");
    damage();
    world.rolledBack(to(RollbackMode.SWITCH));
    west.put(generation("data", 1).prefix() + "new", "written where it is served");
    settle();
    SortedMap<String, String> served = at(generation("data", 1));

    world.shadow("data");

    assertThat(at(generation("data", 1))).isEqualTo(served);
    assertThat(at(generation("data", 2))).isEqualTo(served);
    assertThat(replica().newest().orElseThrow().generation()).isEqualTo(2);
  }

  @Test
  void switchAndRestoreBringsHomeWhatWasWrittenOnTheShadow() {
    SortedMap<String, String> good = fill();
    world.shadow("data");
    damage();
    world.onStep =
        step -> {
          if (step.equals("repaired")) {
            west.put(generation("data", 1).prefix() + "object-19", "written on the shadow");
            settle();
          }
        };

    String id = world.rolledBack(to(RollbackMode.SWITCH_AND_RESTORE));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    assertThat(world.route("data").primary().place()).isEqualTo(PLACE);
    good.put("data/object-19", bucket.contents().get("data/object-19"));
    assertThat(bucket.contents()).isEqualTo(good);
  }

  @Test
  void rollbacksKilledAtEachStepEndTheSame() {
    fill();
    world.shadow("data");
    damage();
    Set<String> steps = new LinkedHashSet<>();
    world.onStep = steps::add;
    world.rolledBack(to(RollbackMode.SWITCH_AND_RESTORE));
    assertThat(steps).hasSizeGreaterThan(5);

    for (String step : steps) {
      install(root.resolve("killed-at-" + step.replace('/', '-')), Fenced.ENFORCED);
      west.contents().keySet().forEach(west::delete);
      bucket.delete("data/added");
      SortedMap<String, String> good = fill();
      world.shadow("data");
      damage();
      world.haltAfter = step;
      try {
        world.rolledBack(to(RollbackMode.SWITCH_AND_RESTORE));
      } catch (Killed e) {
        assertThat(e).hasMessageContaining(step);
      }
      world.restart();
      world.sweep();
      world.sweep();

      assertThat(world.views.of("data-e1").orElseThrow().state()).as(step).isEqualTo(State.SERVING);
      assertThat(bucket.contents()).as(step).isEqualTo(good);
    }
  }

  @Test
  void objectsThatSomebodyChangedAreNotServedBeforeTheyAreMended() {
    SortedMap<String, String> good = fill();
    world.shadow("data");
    damage();
    west.put(generation("data", 1).prefix() + "object-05", "not by Gnomon");
    settle();

    String id = world.rolledBack(to(RollbackMode.SWITCH));

    assertThat(world.views.of(id).orElseThrow().state()).isEqualTo(State.SERVING);
    S3Prefix serving = (S3Prefix) world.route("data").primary().place();
    assertThat(at(serving)).isEqualTo(good);
  }

  @ParameterizedTest
  @EnumSource(Fenced.class)
  void generationsThatNothingNeedsAreRemoved(Fenced fenced) {
    install(root.resolve("drop-" + fenced), fenced);
    fill();
    for (int i = 1; i <= 2; i++) {
      world.shadow("data");
      damage();
      world.rolledBack(to(RollbackMode.SWITCH_AND_RESTORE));
    }
    west.put(generation("data", 1).prefix() + "late", "through an advisory fence");
    world.shadow("data");
    Resource data = world.resources.getFirst();

    assertThat(world.dropGenerations.execute(data, world.dropGenerations.plan(data)).failed())
        .isEmpty();

    assertThat(at(generation("data", 1))).isEmpty();
    assertThat(at(generation("data", 3))).isNotEmpty();
    assertThat(world.points("data").stream().filter(point -> point.job().startsWith("dropped-")))
        .hasSize(fenced == Fenced.ENFORCED ? 0 : 1);
  }

  @Test
  void anUnchangedResourceCostsTwoListsAndNoWrite() {
    fill();
    world.shadow("data");
    west.calls();

    world.shadow("data");

    assertThat(west.calls()).allMatch(call -> call.startsWith("list"));
  }

  @Test
  void anotherProcessThatIsAtItIsNotDisturbed() {
    fill();
    PointRef point = world.shadow("data");
    bucket.put("data/more", "more");
    settle();
    Replica replica = replica();
    ReplicaEntry synced = replica.newest().orElseThrow();
    Optional<Served> before = synced.served();
    assertThat(before.orElseThrow().objects()).isEqualTo(20);
    // As another process begins its turn and is not done.
    var turn =
        ((Replica.Asked.Granted)
                replica.ask(point, new dev.gnomon.core.ids.ContentHash("0".repeat(64))))
            .turn();
    assertThat(turn.entry().generation()).isEqualTo(1);
    world.gone = false;
    world.restart();

    assertThatThrownBy(() -> world.shadow("data")).isInstanceOf(Unavailable.class);

    assertThat(at(generation("data", 1))).hasSize(20);
    clock.forward(Replica.ABANDONED_AFTER.plusSeconds(1));
    world.sweep();
    assertThat(at(generation("data", 2))).as("nobody writes where it may").hasSize(21);
  }

  // ---- directories

  private void directory() {
    Resource site = world.resource("site", RollbackMode.RESTORE);
    world.resources.remove(site);
    world.resources.add(World.changed(site, "shadows", List.of(full("site"))));
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @Test
  void filesOfADirectoryAreServedToReaders() {
    directory();

    world.shadow("site");

    TreeMap<String, String> expected = new TreeMap<>();
    for (int i = 0; i < 20; i++) {
      expected.put("data/dir" + i % 3 + "/file" + i, "good site" + i);
    }
    SortedMap<String, String> found = at(generation("site", 1));
    found.replaceAll((key, value) -> value.replaceAll(" Attributes.*", ""));
    assertThat(found).isEqualTo(expected);
  }

  @Test
  void aPointNamesWhatItsObjectsDoNotServe() throws Exception {
    directory();
    Files.createSymbolicLink(world.location("site").resolve("link"), Path.of("to"));
    PointRef ref = world.shadow("site");
    Resource site = world.catalogue.resource(new ResourceName("site")).orElseThrow();

    assertThat(ServedPoint.of(world.surroundings.replicas().all(site), ref))
        .hasValueSatisfying(served -> {
          assertThat(served.notServed()).isEqualTo(1);
          assertThat(served.examples())
              .singleElement()
              .satisfies(one -> assertThat(one.path()).isEqualTo("link"));
          assertThat(served.location()).contains("serving/site/000001");
        });
    PointRef older = new PointRef(ref.cell(), new PointId(ref.point().resource(), 99));
    assertThat(ServedPoint.of(world.surroundings.replicas().all(site), older)).isEmpty();
  }

  /// As the event goes out: the count, and no more names than an event holds, cut to its length.
  @Test
  void theEventOfAShadowNamesWhatItsObjectsDoNotServe() throws Exception {
    directory();
    Path deep = world.location("site").resolve("d".repeat(200));
    for (int i = 0; i < 5; i++) {
      deep = deep.resolve("e".repeat(200));
    }
    Files.createDirectories(deep);
    Files.writeString(deep.resolve("file"), "too far down for a key");
    for (int i = 0; i < 6; i++) {
      Files.createSymbolicLink(world.location("site").resolve("link" + i), Path.of("to"));
    }

    world.shadow("site");

    ShadowCreated event = created();
    assertThat(event.notServed())
        .hasValueSatisfying(notServed -> {
          assertThat(notServed.count()).isEqualTo(7);
          assertThat(notServed.examples()).hasSize(5);
          assertThat(notServed.examples().getFirst().path()).hasSize(1024).startsWith("ddd");
          assertThat(notServed.examples().getLast().path()).isEqualTo("link3");
          assertThat(notServed.examples()).allMatch(one -> !one.reason().isEmpty());
        });
    EventType type = EventTypes.find(ShadowCreated.TYPE).orElseThrow();
    assertThat(new EventSchemas().check(type, json(event))).isEmpty();
  }

  @Test
  void theEventOfAShadowThatServesAllSaysNothingOfIt() throws Exception {
    directory();

    world.shadow("site");

    assertThat(created().notServed()).isEmpty();
    assertThat(json(created())).doesNotContain("notServed");
  }

  private ShadowCreated created() {
    Fact.ShadowCreated fact = world.told(Fact.ShadowCreated.class).getLast();
    return (ShadowCreated) FactEvents.of(fact).data();
  }

  private static String json(ShadowCreated event) throws Exception {
    return EventJson.MAPPER.writeValueAsString(event);
  }

  @Test
  void aDirectoryIsNotSwitchedToObjects() {
    directory();
    world.shadow("site");

    assertThat(world.rollback(World.to("site", Optional.empty(), Optional.of(RollbackMode.SWITCH))))
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("it can only be restored"));
  }
}
