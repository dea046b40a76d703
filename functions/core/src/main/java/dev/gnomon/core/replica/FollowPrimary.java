package dev.gnomon.core.replica;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.replica.KeepInStep.Report;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Protection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Keeps the replica of one resource in step with its primary, near real time, as long as the route
/// is SERVING and nothing else needs the replica. Lets go while a rollback runs, and while an
/// update is open: then the replica stays at the point from before the update. What it writes is in
/// a generation that its log calls FOLLOWING, which no switch takes for a point.
///
/// One call of [#run] follows until the thread is interrupted. Whatever goes wrong is shown, and
/// tried again.
public final class FollowPrimary implements Runnable {
  private static final Duration WAIT = Duration.ofMillis(500);
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final long POINT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FEW_FILES = 10;
  private static final String MEMORY = ".gnomon-known-";
  private static final String VERIFIED = ".gnomon-verified";

  private final Resource resource;
  private final ShadowSpec shadow;
  private final Following following;
  private final Tools tools;
  private final Replica replica;
  private final Lag lag = new Lag();
  private volatile State state = new State("begins", Optional.empty(), Report.NONE);
  private Optional<Long> followed = Optional.empty();

  /// The generation that was noted as in step.
  private Optional<Long> noted = Optional.empty();

  private long pointLookedNanos;
  private Optional<Long> pointFiles = Optional.empty();

  /// What followers of all resources share.
  ///
  /// @param clock of this machine, whose times files have
  public record Tools(
      Replicas replicas,
      Protection protection,
      Fence fence,
      CellStores stores,
      TreeMirror.Mirrors mirrors,
      ChangeFeed.Feeds feeds,
      Clock clock) {}

  /// How it goes.
  ///
  /// @param doing `following`, or why not
  /// @param generation that is written to, if any
  public record State(String doing, Optional<Long> generation, Report report) {}

  /// @param shadow one with a replica that follows
  public FollowPrimary(Resource resource, ShadowSpec shadow, Tools tools) {
    this.resource = resource;
    this.shadow = shadow;
    this.following = shadow.following().orElseThrow();
    this.tools = tools;
    this.replica = tools.replicas().of(resource, shadow).orElseThrow();
  }

  public State state() {
    return state;
  }

  public Lag lag() {
    return lag;
  }

  public Resource resource() {
    return resource;
  }

  public ShadowSpec shadow() {
    return shadow;
  }

  @Override
  public void run() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        session();
      } catch (IOException | RuntimeException e) {
        waits(String.valueOf(e.getMessage()));
      }
      try {
        TimeUnit.MILLISECONDS.sleep(AGAIN.toMillis());
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void waits(String why) {
    state = new State(why, Optional.empty(), state.report());
  }

  /// Follows one primary into one generation, as long as both may be.
  private void session() throws IOException {
    Optional<String> obstacle = obstacle();
    if (obstacle.isPresent()) {
      waits(obstacle.get());
      return;
    }
    Route route = tools.protection().route(resource);
    Optional<Path> source = source(route);
    if (source.isEmpty()) {
      waits("the primary " + route.primary() + " is not there");
      return;
    }
    if (!Files.isDirectory(replica.directory()) && replica.newest().isEmpty()) {
      Files.createDirectories(replica.directory());
    }
    try (FollowLease lease = FollowLease.of(replica.directory())) {
      long handovers = tools.replicas().handovers(resource);
      Optional<Asked> asked =
          tools
              .replicas()
              .following(
                  resource,
                  () ->
                      // Looked at again after the log: an update that has its point was open
                      // before.
                      replica.askFollowing(lease.isHeld(), () -> obstacle().isEmpty()));
      switch (asked.orElseGet(() -> new Asked.Busy("a sync or rollback of this process"))) {
        case Asked.Granted(Turn turn) -> follow(route, source.get(), turn, handovers);
        case Asked.Busy(String owner) -> waits("the replica is in use by " + owner);
        case Asked.Current current -> waits("the replica stays at a point");
      }
    }
  }

  private void follow(Route route, Path source, Turn turn, long handovers) throws IOException {
    long generation = turn.entry().generation();
    Path memory = memory(generation);
    forgetOthers(memory);
    if (!followed.equals(Optional.of(generation))) {
      lag.forget();
      followed = Optional.of(generation);
    }
    try (TreeMirror mirror = tools.mirrors().open(source, replica.path(generation), memory);
        KeepInStep inStep =
            new KeepInStep(
                tools.feeds(),
                mirror,
                source,
                tools.clock(),
                lag,
                following.verifyEvery(),
                verified(),
                () -> isToStop(),
                this::mayShrinkTo)) {
      state = new State("comparing", Optional.of(generation), inStep.report());
      long known = handovers;
      long looked = System.nanoTime();
      while (!Thread.currentThread().isInterrupted()) {
        long now = tools.replicas().handovers(resource);
        boolean look = now != known || System.nanoTime() - looked > LOOK_NANOS;
        Optional<Boolean> stepped =
            tools
                .replicas()
                .following(
                    resource,
                    () -> {
                      if (look && !mayGoOn(route, source, turn)) {
                        return false;
                      }
                      step(inStep);
                      return true;
                    });
        if (stepped.isEmpty() || !stepped.get()) {
          return; // what came instead is looked at anew
        }
        if (look) {
          known = now;
          looked = System.nanoTime();
        }
        if (inStep.isInStep() && !noted.equals(Optional.of(generation))) {
          replica.noteInStep(generation);
          noted = Optional.of(generation);
        }
        noteVerified(inStep.report());
        state =
            new State(
                inStep.isInStep() ? "following" : "comparing",
                Optional.of(generation),
                inStep.report());
      }
    }
  }

  private boolean mayGoOn(Route route, Path source, Turn turn) {
    return obstacle().isEmpty()
        && replica.isNewest(turn)
        && replica.stands(turn.entry())
        && tools.protection().route(resource).epoch().equals(route.epoch())
        && source(route).equals(Optional.of(source));
  }

  private static void step(KeepInStep inStep) {
    try {
      inStep.step(WAIT);
    } catch (IOException e) {
      throw new UncheckedIOException(String.valueOf(e.getMessage()), e);
    }
  }

  private boolean isToStop() {
    return Thread.currentThread().isInterrupted() || tools.replicas().isWanted(resource);
  }

  /// Why the replica may not follow now.
  private Optional<String> obstacle() {
    return tools
        .protection()
        .obstacle(resource)
        .or(() ->
            tools
                .protection()
                .openUpdate(resource)
                .map(update -> "the replica stays as it was before update " + update));
  }

  private Optional<Path> source(Route route) {
    return tools.fence().content(resource, route.primary()).map(Place::directory);
  }

  // ---- what must not be lost

  /// A replica shrinks to less than half of the newest point only if a person has accepted a point
  /// that did.
  private boolean mayShrinkTo(long files) {
    long now = System.nanoTime();
    if (pointFiles.isEmpty() || now - pointLookedNanos > POINT_NANOS) {
      try {
        pointFiles =
            tools.stores().shadows(shadow.cell()).points(resource.name()).stream()
                .filter(point -> !point.held() && point.kind().isRegular())
                .findFirst()
                .map(Point::files);
        pointLookedNanos = now;
      } catch (RuntimeException e) { // its store is away: what was seen last holds
        return pointFiles.isPresent() && isEnough(files, pointFiles.get());
      }
    }
    return isEnough(files, pointFiles.orElse(0L));
  }

  /// As captures judge it: nothing is never enough, and less than half of many files is not.
  private static boolean isEnough(long files, long then) {
    return files > 0 && (then < FEW_FILES || 2 * files >= then);
  }

  // ---- what is remembered beside the generations

  private Path memory(long generation) {
    return replica.directory().resolve(MEMORY + "%06d".formatted(generation));
  }

  private void forgetOthers(Path memory) throws IOException {
    try (Stream<Path> entries = Files.list(replica.directory())) {
      for (Path entry : entries.toList()) {
        if (entry.getFileName().toString().startsWith(MEMORY) && !entry.equals(memory)) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }

  private Optional<Long> verified() throws IOException {
    try {
      return Optional.of(
          Files.getLastModifiedTime(replica.directory().resolve(VERIFIED)).toMillis());
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void noteVerified(Report report) throws IOException {
    if (report.verified().isPresent() && !report.verified().equals(state.report().verified())) {
      Path file = replica.directory().resolve(VERIFIED);
      if (Files.notExists(file)) {
        Files.createFile(file);
      }
      Files.setLastModifiedTime(file, FileTime.fromMillis(report.verified().get()));
    }
  }
}
