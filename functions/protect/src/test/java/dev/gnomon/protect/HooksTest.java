package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.gnomon.core.actuators.Check;
import dev.gnomon.core.automation.Guard;
import dev.gnomon.core.catalogue.CheckSpec;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.InMemoryRouteIndex;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.TakeShadow;
import dev.gnomon.core.shadow.TakeShadow.Wanted;
import dev.gnomon.core.update.UpdateRecords;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What happens around `pre` and `post`, whatever goes wrong between them. The control store lies
/// apart from the shadow store, so that each can be away alone.
class HooksTest {
  private static final ResourceName SITE = new ResourceName("site");
  private static final Wanted WANTED =
      new Wanted(SITE, PointKind.COMMAND, Optional.empty(), "a request");

  @TempDir Path root;
  private final SettableClock clock = new SettableClock();
  private final Application application = new Application();
  private FlakyObjectStore shadows;
  private FlakyObjectStore control;
  private World world;

  /// An application that `pre` pauses and `post` resumes.
  private static final class Application implements Check {
    private final List<String> ran = new ArrayList<>();
    private boolean paused;
    private boolean processDies;
    private int failingPosts;
    private Runnable onPre = () -> {};

    @Override
    public Optional<String> run(CheckSpec check, Place tree) {
      return Optional.empty();
    }

    @Override
    public Optional<String> hook(List<String> argv, Hooks hooks, Place source) {
      if (processDies) {
        throw new Killed("between pre and post");
      }
      String hook = argv.getFirst();
      ran.add(hook);
      if (hook.equals("post") && failingPosts > 0) {
        failingPosts--;
        return Optional.of("the application does not answer");
      }
      paused = hook.equals("pre");
      if (paused) {
        onPre.run();
      }
      return Optional.empty();
    }
  }

  @BeforeEach
  void install() {
    Map<CellName, ObjectStore> cells = Worlds.cells(clock);
    shadows = new FlakyObjectStore(cells.get(World.WEST));
    control = new FlakyObjectStore(cells.get(World.EAST));
    Map<CellName, ObjectStore> objects = new LinkedHashMap<>();
    objects.put(World.EAST, control);
    objects.put(World.WEST, shadows);
    world = new World(root, objects);
    world.resource("site", RollbackMode.RESTORE);
    world.change(
        "site", "hooks", new Hooks(List.of("pre"), List.of("post"), Duration.ofSeconds(5)));
    Worlds.fill(world, "site", "good");
    world.restart();
  }

  @AfterEach
  void remove() throws Exception {
    world.release();
  }

  /// A process that takes shadows with its records in the east and its points in the west.
  private TakeShadow process() {
    ControlRecords records = new ControlRecords(control, () -> UUID.randomUUID().toString());
    OpenWork openWork = new OpenWork(control, records);
    RouteTable routes = new RouteTable(records, new InMemoryRouteIndex());
    Checkpoint checkpoint = step -> world.onStep.accept(step);
    return new TakeShadow(
        world.catalogue,
        records,
        openWork,
        world.stores,
        new Guard(
            new FirstRoutes(routes, world.surroundings.actuators()),
            new Running(records),
            openWork,
            new UpdateRecords(records)),
        world.surroundings.replicas(),
        world.surroundings.fence(),
        application,
        checkpoint,
        world.partBytes);
  }

  private List<Fact> take() {
    List<Fact> facts = new ArrayList<>();
    TakeShadow process = process();
    for (Fact fact : process.take(WANTED)) {
      if (fact instanceof Fact.ShadowPartWanted part) {
        facts.addAll(process.part(part.job(), part.part()));
      } else {
        facts.add(fact);
      }
    }
    return facts;
  }

  private String job() {
    OpenWork openWork =
        new OpenWork(control, new ControlRecords(control, () -> UUID.randomUUID().toString()));
    return openWork.open(OpenWork.Kind.JOBS).getFirst();
  }

  /// What a sweep finds open goes on as soon as it is handed out.
  private List<Fact> sweep(TakeShadow process) {
    return process.resume(job()).stream()
        .flatMap(fact ->
            fact instanceof Fact.ShadowPartWanted part
                ? process.part(part.job(), part.part()).stream()
                : Stream.of(fact))
        .toList();
  }

  private Point point() {
    List<Point> points = world.points("site");
    assertThat(points).hasSize(1);
    return points.getFirst();
  }

  @Test
  void aShadowStoreThatIsAwayWhenThePointIsMadeLeavesTheApplicationRunning() {
    application.onPre = () -> shadows.away = true;

    Throwable fault = catchThrowable(this::take);
    boolean paused = application.paused;
    shadows.away = false;
    application.onPre = () -> {};
    List<Fact> facts = sweep(process());

    assertThat(fault).isInstanceOf(ObjectStoreException.class);
    assertThat(paused).isFalse();
    assertThat(application.ran).containsExactly("pre", "post", "pre", "post");
    assertThat(facts).singleElement().isInstanceOf(Fact.ShadowCreated.class);
    assertThat(point().consistent()).isTrue();
  }

  @Test
  void aControlStoreThatIsAwayWhenThePointIsMadeLeavesTheApplicationRunning() {
    application.onPre = () -> control.away = true;

    Throwable fault = catchThrowable(this::take);
    boolean paused = application.paused;
    control.away = false;
    application.onPre = () -> {};
    List<Fact> facts = sweep(process());

    assertThat(fault).isInstanceOf(ObjectStoreException.class);
    assertThat(paused).isFalse();
    assertThat(application.paused).isFalse();
    assertThat(facts).singleElement().isInstanceOf(Fact.ShadowCreated.class);
    assertThat(point()).isNotNull();
  }

  @Test
  void noApplicationIsPausedForAStoreThatIsAway() {
    world.onStep =
        step -> {
          if (step.equals("planned")) {
            shadows.away = true;
          }
        };

    Throwable fault = catchThrowable(this::take);

    assertThat(fault).isInstanceOf(ObjectStoreException.class);
    assertThat(application.ran).isEmpty();
  }

  @Test
  void aSourceThatCantBeReadRefusesAndLeavesTheApplicationRunning() {
    application.onPre =
        () -> {
          throw new UncheckedIOException(new IOException("it went away"));
        };

    List<Fact> facts = take();

    assertThat(facts).singleElement().isInstanceOf(Fact.ShadowFailed.class);
    assertThat(application.ran.getLast()).isEqualTo("post");
  }

  @Test
  void anErrorThatNobodyExpectsLeavesTheApplicationRunning() {
    application.onPre =
        () -> {
          throw new IllegalStateException("nobody expects this");
        };

    Throwable fault = catchThrowable(this::take);

    assertThat(fault).hasMessage("nobody expects this");
    assertThat(application.ran.getLast()).isEqualTo("post");
  }

  @Test
  void betweenThePartsOfABigResourceTheApplicationRuns() {
    world.partBytes = 20;
    TakeShadow process = process();

    List<Fact> parts = process.take(WANTED);
    boolean afterPlanning = application.paused;
    List<Fact> facts = new ArrayList<>();
    for (Fact fact : parts) {
      Fact.ShadowPartWanted part = (Fact.ShadowPartWanted) fact;
      assertThat(application.paused).isFalse();
      facts.addAll(process.part(part.job(), part.part()));
    }

    assertThat(parts).hasSizeGreaterThan(10);
    assertThat(afterPlanning).isFalse();
    assertThat(application.ran).containsExactly("pre", "post");
    assertThat(facts).singleElement().isInstanceOf(Fact.ShadowCreated.class);
    assertThat(point().storedBytes()).isPositive();
  }

  /// A file that is mapped into memory may change without its times telling.
  @Test
  void whatWasReadBeforeThePauseIsReadAgainInIt() throws Exception {
    world.partBytes = 20;
    Path file = world.location("site").resolve("dir0/file0");
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, channel.size());
      mapped.put(0, (byte) 'T');
      application.onPre = () -> mapped.put(0, (byte) 'D');

      take();
    }

    assertThat(Files.readString(file)).startsWith("D");
    assertThat(
            world
                .stores
                .shadows(World.WEST)
                .compare(point().id(), world.location("site"), Progress.NONE)
                .equal())
        .isTrue();
  }

  @Test
  void killedBetweenTheHooksTheApplicationIsResumedBeforeItIsPausedAgain() {
    application.onPre = () -> application.processDies = true;
    Throwable killed = catchThrowable(this::take);
    boolean paused = application.paused;
    application.processDies = false;
    application.onPre = () -> {};

    List<Fact> facts = sweep(process());

    assertThat(killed).isInstanceOf(Killed.class);
    assertThat(paused).isTrue();
    assertThat(application.ran).containsExactly("pre", "post", "pre", "post");
    assertThat(facts).singleElement().isInstanceOf(Fact.ShadowCreated.class);
    assertThat(point()).isNotNull();
  }

  @Test
  void killedBetweenTheHooksTheApplicationIsResumedAlsoIfTheJobJustEnds() {
    application.onPre = () -> application.processDies = true;
    catchThrowable(this::take);
    application.processDies = false;
    String job = job();
    ShadowSpec elsewhere =
        new ShadowSpec(World.EAST, ShadowType.DIFFERENTIAL, Optional.empty(), Optional.empty());
    world.change("site", "shadows", List.of(elsewhere));
    world.restart();

    List<Fact> facts = process().resume(job);

    assertThat(application.ran).containsExactly("pre", "post");
    assertThat(facts)
        .singleElement()
        .isInstanceOfSatisfying(
            Fact.ShadowFailed.class,
            failed -> assertThat(failed.reason()).contains("site has no shadow in west any more"));
  }

  @Test
  void aPostHookThatFailsOnceIsRunAgain() {
    application.failingPosts = 1;

    List<Fact> facts = take();

    assertThat(application.paused).isFalse();
    assertThat(facts).singleElement().isInstanceOf(Fact.ShadowCreated.class);
  }

  @Test
  void aPostHookThatKeepsFailingIsToldAndThePointStays() {
    application.failingPosts = 100;

    List<Fact> facts = take();

    assertThat(facts)
        .singleElement()
        .isInstanceOfSatisfying(
            Fact.ShadowFailed.class,
            failed ->
                assertThat(failed.reason())
                    .contains("hook post failed")
                    .contains("the application does not answer")
                    .contains("site@1 was taken"));
    assertThat(point().consistent()).isTrue();
  }
}
