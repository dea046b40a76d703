package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.rollback.Begun;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.RollbackRequest;
import dev.gnomon.core.rollback.RollbackViews.Member;
import dev.gnomon.core.rollback.RollbackViews.State;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.verification.objects.FaultInjectingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultProtocolTest {
  private static final ResourceName SITE = new ResourceName("site");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final InMemoryObjectStore memory = new InMemoryObjectStore(clock);
  private final FaultInjectingObjectStore faults = new FaultInjectingObjectStore(memory);
  private final HookedObjectStore hooked = new HookedObjectStore(faults);
  private World world;

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, new InMemoryObjectStore(clock));
    objects.put(World.WEST, hooked);
    world = new World(root, objects);
    world.resource("site", RollbackMode.RESTORE);
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    faults.heal();
    world.release();
  }

  private void damage() {
    Worlds.damage(world, "site");
  }

  private Set<String> packs() {
    return Set.copyOf(
        memory.names().stream()
            .map(Object::toString)
            .filter(name -> name.startsWith("store/packs/"))
            .toList());
  }

  private void damagePacks(Set<String> but) {
    memory.names().stream()
        .filter(name -> name.value().startsWith("store/packs/") && !but.contains(name.value()))
        .forEach(name ->
            memory.damage(
                name,
                bytes -> {
                  for (int i = 0; i < bytes.length; i += 7) {
                    bytes[i] ^= 1;
                  }
                  return bytes;
                }));
    world.restart();
  }

  private static RollbackRequest to(PointRef point, RollbackMode mode) {
    return World.to("site", Optional.of(Worlds.point(point)), Optional.of(mode));
  }

  private static RollbackRequest newest() {
    return World.to("site", Optional.empty(), Optional.empty());
  }

  private Member member(String id) {
    return world.views.of(id).orElseThrow().resources().getFirst();
  }

  private RollbackRecords records(String id) {
    return RollbackRecords.of(world.records, id).orElseThrow();
  }

  private Resource site() {
    return world.catalogue.resource(SITE).orElseThrow();
  }

  private Replica replica() {
    return world.surroundings.replicas().of(site()).orElseThrow();
  }

  // ---- damaged points

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void aDamagedPointIsNamedAndTheNextOlderOneIsUsed(RollbackMode mode) {
    PointRef older = world.shadow("site");
    Map<String, String> good = world.tree("site");
    Set<String> packs = packs();
    world.write(world.location("site").resolve("dir0/file0"), "of the newer point only");
    PointRef newer = world.shadow("site");
    world.write(world.location("site").resolve("dir0/file0"), "what the replica holds");
    world.shadow("site");
    damagePacks(packs);

    String id =
        world.rolledBack(World.to("site", Optional.of(pointTime(newer)), Optional.of(mode)));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(member(id).point()).isEqualTo(older);
    assertThat(member(id).reason().orElseThrow()).contains(newer.toString());
    assertThat(world.tree("site")).isEqualTo(good);
  }

  private String pointTime(PointRef ref) {
    return world.stores.shadows(World.WEST).point(ref.point()).orElseThrow().time().toString();
  }

  @Test
  void aDamagedPointThatWasNamedFailsAndOffersTheNextOlderOne() {
    PointRef older = world.shadow("site");
    Set<String> packs = packs();
    world.write(world.location("site").resolve("dir0/file0"), "of the newer point only");
    PointRef newer = world.shadow("site");
    damagePacks(packs);
    damage();
    Map<String, String> before = world.tree("site");

    String id = world.rolledBack(to(newer, RollbackMode.RESTORE));

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertThat(member(id).reason().orElseThrow())
        .contains(newer.point().toString())
        .contains("the next older usable point is " + older);
    assertThat(world.tree("site")).isEqualTo(before);
    assertThat(world.rolledBack(to(older, RollbackMode.RESTORE))).isEqualTo("site-e3");
    assertThat(member("site-e3").state()).isEqualTo(State.SERVING);
  }

  @Test
  void aFailingCheckMovesOnToTheNextOlderPoint() {
    PointRef older = world.shadow("site");
    Map<String, String> good = world.tree("site");
    world.write(world.location("site").resolve("poison"), "in the newer point");
    PointRef newer = world.shadow("site");
    noPoison();

    String id = world.rolledBack(newest());

    assertThat(member(id).point()).isEqualTo(older);
    assertThat(member(id).reason().orElseThrow())
        .contains(newer.toString())
        .contains("check no-poison failed");
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void whenEveryPointFailsItsCheckThePrimaryServesAsBefore() {
    world.write(world.location("site").resolve("poison"), "in every point");
    world.shadow("site");
    world.write(world.location("site").resolve("more"), "1");
    world.shadow("site");
    damage();
    Map<String, String> before = world.tree("site");
    noPoison();

    String id = world.rolledBack(newest());

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertThat(member(id).reason().orElseThrow()).contains("there is no older usable point");
    assertThat(world.tree("site")).isEqualTo(before);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.open()).isEmpty();
  }

  private void noPoison() {
    world.change(
        "site",
        "checks",
        List.of(
            new CheckSpec(
                "no-poison",
                List.of("/bin/sh", "-c", "! test -e poison"),
                Duration.ofSeconds(10))));
    world.restart();
  }

  @Test
  void ifNeitherThePointNorTheUndoPointCanBeReadThePrimaryStaysFencedAndSaysSo() {
    noPointCanBeRead();
  }

  @Test
  void strayWritesAreKeptWithoutComparisonIfTheUndoPointCanNotBeRead() throws Exception {
    Process holder =
        new ProcessBuilder("/bin/sh", "-c", "read x")
            .directory(world.location("site").toFile())
            .start();
    try {
      noPointCanBeRead();
    } finally {
      holder.destroyForcibly().waitFor();
    }
    assertThat(
            RollbackRecords.of(world.records, "site-e1")
                .orElseThrow()
                .read("fenced", Steps.FenceStep.class)
                .orElseThrow()
                .fenced())
        .isEqualTo(Fenced.ADVISORY);
  }

  private void noPointCanBeRead() {
    PointRef older = world.shadow("site");
    Map<String, String> good = world.tree("site");
    Set<String> packs = packs();
    world.write(world.location("site").resolve("poison"), "so that its check fails");
    PointRef newer = world.shadow("site");
    noPoison();
    damage();
    world.onStep =
        step -> {
          if (step.equals("reject")) {
            world.onStep = ignored -> {};
            damagePacks(packs);
          }
        };

    String id = world.rolledBack(to(newer, RollbackMode.RESTORE));
    RouteState failed = world.route("site").state();
    world.rolledBack(to(older, RollbackMode.RESTORE));

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertThat(world.told(Fact.RollbackFailed.class).getFirst().state())
        .contains("could not be brought back")
        .contains("stays fenced");
    assertThat(failed).isEqualTo(RouteState.FROZEN);
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
  }

  // ---- the control store and the index

  @ParameterizedTest
  @ValueSource(strings = {"intent", "fence", "undo", "restore", "validate", "release"})
  void theControlStoreGoesAwayInTheMiddle(String step) {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.onStep =
        reached -> {
          if (reached.equals(step)) {
            faults.goAway();
          }
        };

    Throwable away = catchThrowable(() -> world.rolledBack(to(point, RollbackMode.RESTORE)));
    Throwable other = catchThrowable(() -> world.rollbacks.begin(newest()));
    Throwable swept = catchThrowable(world::sweep);
    var seen = world.routes.glance(SITE);
    faults.heal();
    world.onStep = ignored -> {};
    world.sweep();

    assertThat(List.of(away, other, swept))
        .allMatch(fault -> fault instanceof ObjectStoreException);
    assertThat(seen).isPresent();
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.told(Fact.RollbackCompleted.class)).hasSize(1);
    assertThat(world.open()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void theIndexIsFlushedAtEveryStep(RollbackMode mode) {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.onStep = step -> world.index.clear();

    world.rolledBack(to(point, mode));
    world.index.clear();

    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.route("site").primary().path()).isEqualTo(world.served("site").toString());
    for (long epoch = 1; epoch <= world.route("site").epoch().value(); epoch++) {
      assertThat(world.routes.at(SITE, new Epoch(epoch))).isPresent();
    }
  }

  @Test
  void lostAnswersOfTheControlStoreMakeNothingTwice() {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    for (int nth = 1; nth < 60; nth += 3) {
      faults.failAfter(
          FaultInjectingObjectStore.Operation.CREATE,
          nth,
          ObjectStoreException.Kind.OUTCOME_UNKNOWN,
          name -> !name.startsWith("store/"));
    }

    world.rolledBack(to(point, RollbackMode.SWITCH_AND_RESTORE));

    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.route("site").epoch().value()).isEqualTo(5);
    assertThat(world.points("site").stream().filter(one -> one.job().startsWith("undo-")))
        .hasSize(1);
  }

  // ---- expiry meets rollback

  private List<PointRef> threePointsOfWhichOneIsKept() {
    world.change("site", "keep", new Keep(1, Optional.empty()));
    world.restart();
    List<PointRef> points = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      world.write(world.location("site").resolve("generation"), "generation " + i);
      points.add(world.shadow("site"));
    }
    return points;
  }

  private List<PointId> expire(List<PointRef> points) {
    return world.expirePoints.expire(
        site(), World.WEST, points.stream().map(PointRef::point).toList());
  }

  @Test
  void aPointThatARollbackPinnedIsNotExpired() {
    List<PointRef> points = threePointsOfWhichOneIsKept();
    world.rollbacks.begin(to(points.getFirst(), RollbackMode.RESTORE));

    List<PointId> gone = expire(points);
    world.sweep();

    assertThat(gone).containsExactly(points.get(1).point());
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(member("site-e1").point()).isEqualTo(points.getFirst());
    assertThat(world.location("site").resolve("generation")).hasContent("generation 0");
  }

  @Test
  void aPointThatExpiredBeforeItWasPinnedIsRejectedAndTheRollbackSaysSo() {
    List<PointRef> points = threePointsOfWhichOneIsKept();
    Map<String, String> before = world.tree("site");
    hooked.beforeCreating(name -> name.endsWith("/intent"), () -> expire(points));

    String id = world.rolledBack(to(points.getFirst(), RollbackMode.RESTORE));

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertThat(member(id).reason().orElseThrow()).contains("expired meanwhile");
    assertThat(world.tree("site")).isEqualTo(before);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
  }

  @Test
  void anAnnouncedExpiryThatSeesThePinSparesThePointAndTheRollbackTakesAnother() {
    List<PointRef> points = threePointsOfWhichOneIsKept();
    String[] id = new String[1];
    hooked.afterCreating(
        name -> name.startsWith("expiring/"),
        () ->
            id[0] =
                ((Begun.Accepted)
                        world.rollbacks.begin(
                            World.to(
                                "site", Optional.of(pointTime(points.get(1))), Optional.empty())))
                    .rollback());

    List<PointId> gone = expire(points);
    world.sweep();

    assertThat(gone).doesNotContain(points.get(1).point());
    assertThat(member(id[0]).state()).isEqualTo(State.SERVING);
    assertThat(world.points("site").stream().map(Point::id))
        .contains(member(id[0]).point().point());
    assertThat(memory.names())
        .extracting(Object::toString)
        .noneMatch(name -> name.startsWith("expiring/"));
  }

  @Test
  void anOlderCandidateThatExpiredMeanwhileIsPassedOver() {
    List<PointRef> points = threePointsOfWhichOneIsKept();
    world.write(world.location("site").resolve("generation"), "generation 3");
    noPoison();
    hooked.beforeCreating(name -> name.endsWith("/intent"), () -> expire(points.subList(1, 2)));

    String id =
        world.rolledBack(World.to("site", Optional.of(pointTime(points.get(1))), Optional.empty()));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(member(id).point()).isEqualTo(points.getFirst());
  }

  // ---- fences

  @Test
  void writesThroughAnAdvisoryFenceAreKeptAsAPointOfTheirOwn() throws Exception {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    Path log = world.location("site").resolve("log");
    Process writer =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "exec 3>>log; echo begun >&3; echo 1; read x; echo stray >&3; echo 2; read x")
            .directory(world.location("site").toFile())
            .start();
    try (BufferedReader answers = writer.inputReader()) {
      answers.readLine();
      world.onStep =
          step -> {
            if (step.equals("undo")) {
              try {
                writer.getOutputStream().write('\n');
                writer.getOutputStream().flush();
                answers.readLine();
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            }
          };

      String id = world.rolledBack(to(point, RollbackMode.RESTORE));

      Steps.StrayStep strays = records(id).read("strays", Steps.StrayStep.class).orElseThrow();
      assertThat(records(id).read("fenced", Steps.FenceStep.class).orElseThrow().fenced())
          .isEqualTo(Fenced.ADVISORY);
      assertThat(strays.comparison().changed()).contains("log");
      Path kept = world.root.resolve("kept");
      restore(strays.kept().orElseThrow(), kept);
      assertThat(kept.resolve("log")).hasContent("begun\nstray");
      assertThat(world.tree("site")).isEqualTo(good);
      assertThat(log).doesNotExist();
    } finally {
      writer.destroyForcibly();
    }
  }

  @Test
  void aLocationLeftBehindAnAdvisoryFenceIsKeptBeforeItIsRestoredOver() throws Exception {
    PointRef point = world.shadow("site");
    damage();
    Map<String, String> broken = world.tree("site");
    Process writer =
        new ProcessBuilder(
                "/bin/sh", "-c", "exec 3>>dir2/file2; echo 1; read x; echo stray >&3; echo 2")
            .directory(world.location("site").toFile())
            .start();
    try (BufferedReader answers = writer.inputReader()) {
      answers.readLine();
      world.rolledBack(to(point, RollbackMode.SWITCH));
      writer.getOutputStream().write('\n');
      writer.getOutputStream().flush();
      answers.readLine();
      writer.waitFor();

      String undo = world.rolledBack(World.undo("site-e1"));

      assertThat(world.served("site")).isEqualTo(world.location("site"));
      assertThat(world.tree("site")).isEqualTo(broken);
      Steps.UndoStep kept = records(undo).read("left-strays", Steps.UndoStep.class).orElseThrow();
      Path strays = world.root.resolve("kept");
      restore(kept.ref().orElseThrow(), strays);
      assertThat(strays.resolve("dir2/file2")).content().contains("stray");
    } finally {
      writer.destroyForcibly();
    }
  }

  private void restore(PointRef ref, Path target) {
    var restorer = world.stores.restorer(ref.cell());
    RestoreRequest request = new RestoreRequest(ref.point(), target, Long.MAX_VALUE);
    restorer.restorePart(
        request, dev.gnomon.core.shadow.Part.WHOLE, dev.gnomon.core.shadow.Progress.NONE);
    restorer.finish(request);
  }

  @Test
  void anUnreachablePrimaryIsSwitchedAwayFromAndKeptWhenItIsBack() throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    Map<String, String> broken = world.tree("site");
    Path away = world.root.resolve("away");
    Files.move(world.location("site").getParent(), away);

    String id = world.rolledBack(to(point, RollbackMode.SWITCH));
    Map<String, String> served = world.tree("site");
    Begun undoWhileAway = world.rollback(World.undo(id));
    world.sweep();
    List<String> openWhileAway = world.open();
    Files.move(away, world.location("site").getParent());
    world.write(world.location("site").resolve("late"), "written when it came back");
    world.sweep();

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(served).isEqualTo(good);
    assertThat(undoWhileAway)
        .isInstanceOfSatisfying(
            Begun.Refused.class, refused -> assertThat(refused.reason()).contains("no undo point"));
    assertThat(openWhileAway).containsExactly("FENCES " + id);
    assertThat(world.open()).isEmpty();
    assertThat(records(id).read("strays", Steps.StrayStep.class).orElseThrow().comparison().added())
        .contains("late", "new/added");
    assertThat(Files.list(world.location("site"))).isEmpty();
    world.rolledBack(World.undo(id));
    assertThat(world.tree("site")).containsAllEntriesOf(broken).containsKey("late");
  }

  @Test
  void aFenceOfAForgottenResourceKeepsNoSweepFromItsEnd() throws IOException {
    PointRef point = world.shadow("site");
    Path away = world.root.resolve("away");
    Files.move(world.location("site").getParent(), away);
    String id = world.rolledBack(to(point, RollbackMode.SWITCH));
    Resource site = world.resources.removeFirst();
    world.restart();

    world.sweep();

    assertThat(world.open()).containsExactly("FENCES " + id);
    world.resources.addFirst(site);
    world.restart();
    Files.move(away, world.location("site").getParent());
    world.sweep();
    assertThat(world.open()).isEmpty();
  }

  /// Below a mount point whose disk is away there is another, empty directory.
  @ParameterizedTest
  @EnumSource(
      value = RollbackMode.class,
      names = {"RESTORE", "SWITCH"})
  void aPrimaryWhoseDiskIsAwayIsNotTakenForADeletedOne(RollbackMode mode) throws IOException {
    PointRef point = world.shadow("site");
    damage();
    Map<String, String> broken = world.tree("site");
    Path mount = world.location("site").getParent();
    Path away = world.root.resolve("away");
    Files.move(mount, away);
    Files.createDirectory(mount);

    String id = world.rolledBack(to(point, mode));

    assertThat(mount).isEmptyDirectory();
    assertThat(member(id).state())
        .isEqualTo(mode == RollbackMode.SWITCH ? State.SERVING : State.FAILED);
    Files.delete(mount);
    Files.move(away, mount);
    world.sweep();
    assertThat(world.open()).isEmpty();
    if (mode == RollbackMode.RESTORE) {
      assertThat(member(id).reason().orElseThrow()).contains("can't be reached");
      assertThat(world.tree("site")).isEqualTo(broken);
    } else {
      world.rolledBack(World.undo(id));
      assertThat(world.tree("site")).isEqualTo(broken);
    }
  }

  @Test
  void aSwitchDoesNotWaitForASyncOfItsOwnProcess() {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    world.write(world.location("site").resolve("dir0/file0"), "of the newer point only");
    hooked.afterCreating(
        name -> name.startsWith("replicas/site/west/"),
        () ->
            CompletableFuture.runAsync(
                    () -> world.rolledBack(to(point, RollbackMode.SWITCH)),
                    task -> Thread.ofPlatform().start(task))
                .join());

    catchThrowable(() -> world.shadow("site"));

    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(world.served("site")).isEqualTo(world.replica("site").resolve("000002"));
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void aReplicaThatIsNotThereIsNotServed() throws IOException {
    PointRef point = world.shadow("site");
    damage();
    Map<String, String> broken = world.tree("site");
    Path away = world.root.resolve("away");
    Files.move(world.replica("site"), away);
    world.patience = Duration.ofMillis(-1);
    world.restart();

    world.rollback(to(point, RollbackMode.SWITCH));

    assertThat(member("site-e1").state()).isEqualTo(State.FAILED);
    assertThat(member("site-e1").reason().orElseThrow())
        .contains(world.replica("site").toString(), "is not there");
    assertThat(world.replica("site")).doesNotExist();
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.served("site")).isEqualTo(world.location("site"));
    assertThat(world.tree("site")).isEqualTo(broken);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void whatIsWrittenToARestoredTreeBeforeItIsValidatedIsKept() {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.onStep =
        step -> {
          if (step.equals("restore")) {
            // As a process may that works in the tree.
            world.write(
                world.location("site").resolveSibling(".site.gnomon-fenced").resolve("stray"),
                "written late");
          }
        };

    String id = world.rolledBack(to(point, RollbackMode.RESTORE));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
    Steps.StrayStep kept = records(id).read("mended-0", Steps.StrayStep.class).orElseThrow();
    assertThat(kept.comparison().added()).containsExactly("stray");
    Path back = world.root.resolve("kept");
    restore(kept.kept().orElseThrow(), back);
    assertThat(back.resolve("stray")).hasContent("written late");
  }

  @Test
  void aRollbackWhoseRecordIsDamagedDoesNotHoldUpTheOthers() {
    world.resource("other", RollbackMode.RESTORE);
    Worlds.fill(world, "other", "good");
    world.restart();
    world.shadow("other");
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.rollbacks.begin(World.to("other", Optional.empty(), Optional.empty()));
    world.rollbacks.begin(to(point, RollbackMode.RESTORE));
    memory.damage(
        new ObjectName("rollbacks/other/00000000000000000001/intent"), bytes -> new byte[] {'{'});
    world.restart();

    Throwable told = catchThrowable(() -> world.rollbacks.sweep());
    world.deliver();

    assertThat(told).hasMessageContaining("rollbacks/other/");
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void switchAndRestoreReturnsWhenTheUnreachablePrimaryIsBack() throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    Path away = world.root.resolve("away");
    Files.move(world.location("site").getParent(), away);

    world.rolledBack(to(point, RollbackMode.SWITCH_AND_RESTORE));
    State whileAway = member("site-e1").state();
    Map<String, String> served = world.tree("site");
    world.sweep();
    Files.move(away, world.location("site").getParent());
    world.sweep();

    assertThat(whileAway).isEqualTo(State.RUNNING);
    assertThat(served).isEqualTo(good);
    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(world.served("site")).isEqualTo(world.location("site"));
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.rolledBack(World.undo("site-e1"))).isNotEmpty();
    assertThat(world.location("site").resolve("new/added")).exists();
  }

  @Test
  void anUnreachablePrimaryCantBeRestoredInPlace() throws IOException {
    PointRef point = world.shadow("site");
    Files.move(world.location("site").getParent(), world.root.resolve("away"));

    String id = world.rolledBack(to(point, RollbackMode.RESTORE));

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertThat(member(id).reason().orElseThrow()).contains("can't be reached");
    assertThat(world.open()).isEmpty();
  }

  // ---- actuators

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void anActuatorThatRefusesForGoodLeavesTheOldPrimaryServing(RollbackMode mode)
      throws IOException {
    PointRef point = world.shadow("site");
    damage();
    Map<String, String> before = Trees.of(world.location("site"));
    Files.delete(world.link("site"));
    Files.createDirectory(world.link("site"));

    String id = world.rolledBack(to(point, mode));

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertThat(member(id).reason().orElseThrow()).contains("is not a symbolic link");
    assertServesAsBefore(before);
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void anActuatorThatRefusesAtTheReleaseLeavesTheOldPrimaryServing(RollbackMode mode) {
    PointRef point = world.shadow("site");
    world.write(world.location("site").resolve("later"), "so that the replica is not the point");
    world.shadow("site");
    damage();
    Map<String, String> before = Trees.of(world.location("site"));
    world.onStep =
        step -> {
          if (step.equals("validate")) {
            try {
              Files.delete(world.link("site"));
              Files.createDirectory(world.link("site"));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };

    String id = world.rolledBack(to(point, mode));

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertServesAsBefore(before);
  }

  private void assertServesAsBefore(Map<String, String> before) {
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.route("site").primary())
        .isEqualTo(new Location(World.EAST, world.location("site").toString()));
    assertThat(Trees.of(world.location("site"))).isEqualTo(before);
    assertThat(world.told(Fact.RollbackFailed.class))
        .singleElement()
        .satisfies(failed -> assertThat(failed.state()).contains("serves as before"));
    assertThat(world.open()).isEmpty();
  }

  @Test
  void anActuatorThatRefusesAtTheReturnLeavesTheShadowServing() throws IOException {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    Path[] shadow = new Path[1];
    world.onStep =
        step -> {
          if (step.equals("return-validate")) {
            try {
              shadow[0] = world.served("site");
              Files.delete(world.link("site"));
              Files.createDirectory(world.link("site"));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          }
        };

    String id = world.rolledBack(to(point, RollbackMode.SWITCH_AND_RESTORE));

    assertThat(member(id).state()).isEqualTo(State.FAILED);
    assertThat(world.route("site").state()).isEqualTo(RouteState.SERVING);
    assertThat(world.route("site").primary().path()).isEqualTo(shadow[0].toString());
    assertThat(Trees.of(shadow[0])).isEqualTo(good);
    assertThat(Files.list(world.location("site"))).isEmpty();
  }

  // ---- several requests

  @Test
  void aRetryWithAnotherPointIsRefusedWhileItRunsAndBeginsAfterwards() {
    PointRef first = world.shadow("site");
    Map<String, String> good = world.tree("site");
    world.write(world.location("site").resolve("second"), "2");
    PointRef second = world.shadow("site");
    damage();
    world.rollbacks.begin(to(second, RollbackMode.RESTORE));

    Begun whileRunning = world.rollback(to(first, RollbackMode.RESTORE));
    Begun undo = world.rollback(World.undo("site-e1"));
    world.sweep();
    String afterwards = world.rolledBack(to(first, RollbackMode.RESTORE));

    assertThat(whileRunning)
        .isInstanceOfSatisfying(
            Begun.Refused.class, refused -> assertThat(refused.reason()).contains("site-e1"));
    assertThat(undo)
        .isInstanceOfSatisfying(
            Begun.Refused.class,
            refused -> assertThat(refused.reason()).contains("site-e1 is still running"));
    assertThat(afterwards).isEqualTo("site-e3");
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void theSameEventDeliveredAgainFindsItsRollbackWheneverItEnded() {
    PointRef point = world.shadow("site");
    damage();
    RollbackRequest request = to(point, RollbackMode.RESTORE).askedBy("event 1");
    world.haltAfter = "intent";
    catchThrowable(() -> world.rollback(request));
    world.restart();
    world.sweep();
    Epoch after = world.route("site").epoch();
    world.write(world.location("site").resolve("since"), "written after the rollback");

    Begun again = world.rollback(request);

    assertThat(again).isEqualTo(new Begun.Accepted("site-e1"));
    assertThat(world.route("site").epoch()).isEqualTo(after);
    assertThat(world.location("site").resolve("since")).exists();
    assertThat(world.rollback(to(point, RollbackMode.RESTORE).askedBy("event 2")))
        .isEqualTo(new Begun.Accepted("site-e3"));
  }

  @Test
  void ofManyRequestsAtOnceOneBeginsAndTheOthersJoinItOrAreRefused() throws Exception {
    List<PointRef> points = new ArrayList<>();
    List<Map<String, String>> trees = new ArrayList<>();
    for (int i = 0; i < 2; i++) {
      world.write(world.location("site").resolve("generation"), "generation " + i);
      points.add(world.shadow("site"));
      trees.add(world.tree("site"));
    }
    damage();
    World other = new World(world.root, world.objects);
    other.resources.addAll(world.resources);
    other.restart();
    List<Callable<Begun>> requests = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      World process = i % 2 == 0 ? world : other;
      PointRef point = points.get(i / 2 % 2);
      requests.add(() -> process.rollbacks.begin(to(point, RollbackMode.RESTORE)));
    }
    List<Begun> answers = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (Future<Begun> answer : threads.invokeAll(requests)) {
        answers.add(answer.get());
      }
    }

    world.sweep();

    assertThat(answers.stream().filter(Begun.Accepted.class::isInstance)).hasSize(1);
    assertThat(answers.stream().filter(Begun.Joined.class::isInstance)).hasSize(3);
    assertThat(answers.stream().filter(Begun.Refused.class::isInstance)).hasSize(4);
    assertThat(world.tree("site")).isEqualTo(trees.get(points.indexOf(member("site-e1").point())));
  }

  @ParameterizedTest
  @EnumSource(RollbackMode.class)
  void twoProcessesCarryOneRollbackOnAtTheSameTime(RollbackMode mode) throws Exception {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    world.partBytes = 40;
    world.restart();
    World other = new World(world.root, world.objects);
    other.resources.addAll(world.resources);
    other.partBytes = 40;
    other.restart();
    world.rollbacks.begin(to(point, mode));

    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> both =
          List.of(threads.submit(() -> sweeps(world)), threads.submit(() -> sweeps(other)));
      for (Future<?> one : both) {
        one.get();
      }
    }
    world.sweep();

    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.route("site").epoch().value())
        .isEqualTo(mode == RollbackMode.SWITCH_AND_RESTORE ? 5 : 3);
    assertThat(world.points("site").stream().filter(one -> one.job().startsWith("undo-")))
        .hasSize(1);
    assertThat(world.open()).isEmpty();
  }

  /// What a broker does: what fails is delivered again.
  private static void sweeps(World process) {
    for (int attempt = 0; attempt < 5; attempt++) {
      try {
        process.sweep();
        return;
      } catch (dev.gnomon.core.faults.Unavailable again) {
        process.events.clear();
      }
    }
  }

  // ---- captures meet rollbacks

  @Test
  void aShadowThatARollbackOvertakesIsRefusedAndLeavesNoPoint() {
    PointRef point = world.shadow("site");
    damage();
    int before = world.points("site").size();
    rollBackAt("captured", point);

    world.shadow("site");

    assertThat(world.told(Fact.ShadowFailed.class))
        .singleElement()
        .satisfies(failed -> assertThat(failed.reason()).contains("moved from epoch 1"));
    assertThat(
            world.points("site").stream()
                .filter(one -> one.kind() != dev.gnomon.core.shadow.PointKind.UNDO))
        .hasSize(before);
    assertThat(world.open()).isEmpty();
  }

  @Test
  void aPointThatWasWrittenWhileARollbackBeganIsNeverChosen() {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    damage();
    hooked.afterCreating(
        name -> name.startsWith("store/points/site/"), () -> world.rollbacks.begin(newest()));

    world.shadow("site");
    world.sweep();
    damage();
    world.rolledBack(newest());

    assertThat(world.told(Fact.ShadowFailed.class)).hasSize(1);
    assertThat(member("site-e1").point()).isEqualTo(point);
    assertThat(member("site-e3").point()).isEqualTo(point);
    assertThat(world.tree("site")).isEqualTo(good);
  }

  @Test
  void aPointWhoseJobHasNotEndedIsNotChosen() {
    PointRef point = world.shadow("site");
    damage();
    String[] id = new String[1];
    world.onStep =
        step -> {
          if (step.equals("committed")) {
            world.onStep = ignored -> {};
            id[0] = ((Begun.Accepted) world.rollbacks.begin(newest())).rollback();
          }
        };

    world.shadow("site");
    world.sweep();

    assertThat(member(id[0]).point()).isEqualTo(point);
    assertThat(member(id[0]).state()).isEqualTo(State.SERVING);
  }

  private void rollBackAt(String wanted, PointRef point) {
    world.onStep =
        step -> {
          if (step.equals(wanted)) {
            world.onStep = ignored -> {};
            world.rollbacks.advance(
                ((Begun.Accepted) world.rollbacks.begin(to(point, RollbackMode.RESTORE)))
                    .rollback(),
                Optional.empty());
          }
        };
  }

  // ---- replicas

  @ParameterizedTest
  @ValueSource(strings = {"fence", "undo", "restore", "validate"})
  void aSyncThatComesLateDoesNotHoldUpASwitch(String step) {
    PointRef point = world.shadow("site");
    Map<String, String> good = world.tree("site");
    world.write(world.location("site").resolve("later"), "so that the replica is not the point");
    PointRef newer = world.shadow("site");
    Point late = world.points("site").getFirst();
    damage();
    world.onStep =
        reached -> {
          if (reached.equals(step)) {
            world.surroundings.replicas().sync(replica(), newer, late);
          }
        };

    String id = world.rolledBack(to(point, RollbackMode.SWITCH));

    assertThat(member(id).state()).isEqualTo(State.SERVING);
    assertThat(world.tree("site")).isEqualTo(good);
    assertThat(world.served("site").getParent()).isEqualTo(world.replica("site"));
  }

  @Test
  void whatIsServedFromTheReplicaIsNeverWrittenAgainByTheRollback() {
    PointRef point = world.shadow("site");
    Point taken = world.points("site").getFirst();
    damage();
    hooked.afterCreating(
        name -> name.startsWith("routes/site/"),
        () -> {
          throw new Killed("right after the switch");
        });
    catchThrowable(() -> world.rolledBack(to(point, RollbackMode.SWITCH)));
    Path serving = Path.of(world.route("site").primary().path());
    world.write(serving.resolve("acknowledged"), "by whoever asked for the route");
    world.restart();
    Replica replica = replica();
    replica.ask(
        new PointRef(World.WEST, taken.id()), new dev.gnomon.core.ids.ContentHash("0".repeat(64)));

    world.sweep();

    assertThat(member("site-e1").state()).isEqualTo(State.SERVING);
    assertThat(world.served("site")).isEqualTo(serving);
    assertThat(serving.resolve("acknowledged")).exists();
  }

  // ---- what is suspect

  @Test
  void afterAnUndoThePointsOfTheBadTimeMayBeChosenAgain() {
    PointRef good = world.shadow("site");
    damage();
    PointRef bad = world.shadow("site");
    world.rolledBack(to(good, RollbackMode.RESTORE));
    world.rolledBack(World.undo("site-e1"));

    String id = world.rolledBack(newest());

    assertThat(member(id).point()).isEqualTo(bad);
  }

  @Test
  void afterTheUndoOfAnUndoTheGoodPointIsChosen() {
    PointRef good = world.shadow("site");
    damage();
    world.shadow("site");
    world.rolledBack(to(good, RollbackMode.RESTORE));
    String undo = world.rolledBack(World.undo("site-e1"));
    world.rolledBack(World.undo(undo));
    damage();

    String id = world.rolledBack(newest());

    assertThat(member(id).point()).isEqualTo(good);
  }

  @Test
  void aReturnPointMayBeChosen() {
    PointRef point = world.shadow("site");
    damage();
    world.rolledBack(to(point, RollbackMode.SWITCH_AND_RESTORE));
    Map<String, String> returned = world.tree("site");
    damage();

    String id = world.rolledBack(newest());

    assertThat(member(id).point().point().sequence()).isGreaterThan(point.point().sequence());
    assertThat(world.tree("site")).isEqualTo(returned);
  }

  @Test
  void anUnknownRollbackIsRefused() {
    assertThatThrownBy(() -> world.rollbacks.advance("site-e9", Optional.empty()))
        .isInstanceOf(dev.gnomon.core.faults.Refusal.class);
    assertThat(world.rollback(World.undo("site-e9"))).isInstanceOf(Begun.Refused.class);
  }
}
