package dev.gnomon.core.replica;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Following;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.replica.KeepInStep.Report;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Protection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Keeps a replica of one resource in step with its primary, near real time, as long as the route
/// is SERVING and nothing else needs the replica. Lets go while a rollback runs, and while an
/// update is open: then the replica stays at the point from before the update. What it writes is in
/// a generation that its log calls FOLLOWING, which no switch takes for a point.
///
/// One call of [#run] follows until the thread is interrupted. Whatever goes wrong is shown, and
/// tried again.
public final class FollowPrimary implements Runnable {
  private static final Duration WAIT = Duration.ofMillis(500);

  /// Between two signs of life of who follows into plain objects; well below the time after which
  /// it counts as silent.
  public static final Duration SIGN_EVERY = Duration.ofSeconds(90);

  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Resource resource;
  private final ShadowSpec shadow;
  private final Following following;
  private final Tools tools;
  private final Replica replica;
  private final FollowedPlace place;
  private final Lag lag = new Lag();
  private volatile State state = new State("begins", Optional.empty(), Report.NONE);
  private Optional<Long> followed = Optional.empty();

  /// The generation that was noted as in step.
  private Optional<Long> noted = Optional.empty();

  /// What must not be lost.
  private final ShrinkGuard guard;

  /// What followers of all resources share.
  ///
  /// @param mirrors of directories, like `feeds`
  /// @param hints of prefixes
  /// @param compareEvery between comparisons of everything, [KeepInStep#COMPARE_EVERY] but in tests
  /// @param signEvery likewise [#SIGN_EVERY]
  /// @param clock of this machine, whose times files have
  public record Tools(
      Replicas replicas,
      Protection protection,
      Fence fence,
      CellStores stores,
      OpenWork openWork,
      TreeMirror.Mirrors mirrors,
      ChangeFeed.Feeds feeds,
      KeyHints hints,
      Duration compareEvery,
      Duration signEvery,
      Clock clock) {

    private FollowedPlace place(Resource resource, ShadowSpec shadow, Replica replica) {
      return shadow.replica().isPresent()
          ? new FollowedDirectory(replica, mirrors, feeds)
          : new FollowedPrefix(
              resource, shadow.cell(), replicas, replica, stores, openWork, hints, signEvery);
    }
  }

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
    this.place = tools.place(resource, shadow, replica);
    this.guard =
        new ShrinkGuard(
            () -> tools.stores().shadows(shadow.cell()).points(resource.name()), replica.notes());
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
        Thread.currentThread().interrupt();
      }
    }
    letGo();
  }

  /// Nothing is under way any more. Says so all the same if this thread was interrupted.
  private void letGo() {
    boolean interrupted = Thread.interrupted();
    try {
      place.letGo();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
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
    Optional<Place> source = source(route);
    if (source.isEmpty()) {
      waits("the primary " + route.primary() + " is not there");
      return;
    }
    place.make();
    try (FollowedPlace.Lease lease = place.lease()) {
      long handovers = tools.replicas().handovers(replica);
      Optional<Asked> asked =
          tools
              .replicas()
              .following(
                  replica,
                  () ->
                      // Looked at again after the log: an update that has its point was open
                      // before.
                      lease.ask(() -> obstacle().isEmpty()));
      switch (asked.orElseGet(() -> new Asked.Busy("a sync or rollback of this process"))) {
        case Asked.Granted(Turn turn) -> follow(route, source.get(), turn, lease, handovers);
        case Asked.Busy(String owner) -> waits("the replica is in use by " + owner);
        case Asked.Current current -> waits("the replica stays at a point");
      }
    }
  }

  private void follow(
      Route route, Place source, Turn turn, FollowedPlace.Lease lease, long handovers)
      throws IOException {
    long generation = turn.entry().generation();
    if (!followed.equals(Optional.of(generation))) {
      lag.forget();
      followed = Optional.of(generation);
    }
    guard.begin(generation, () -> origin(route));
    try (TreeMirror mirror = place.mirror(source, generation);
        KeepInStep inStep =
            new KeepInStep(
                () -> place.feed(source),
                mirror,
                tools.clock(),
                lag,
                tools.compareEvery(),
                following.verifyEvery(),
                place.verified(),
                () -> isToStop(lease, turn),
                guard)) {
      state = new State("comparing", Optional.of(generation), inStep.report());
      long known = handovers;
      long looked = System.nanoTime();
      while (!Thread.currentThread().isInterrupted()) {
        long now = tools.replicas().handovers(replica);
        boolean look = now != known || System.nanoTime() - looked > LOOK_NANOS;
        Optional<Boolean> stepped =
            tools
                .replicas()
                .following(
                    replica,
                    () -> {
                      if (look && !(lease.goesOn(turn) && mayGoOn(route, source, turn))) {
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
        Report report = shown(inStep, generation);
        noteVerified(report);
        state =
            new State(
                inStep.isInStep() ? "following" : "comparing", Optional.of(generation), report);
      }
    }
  }

  /// Notes what was reached. A generation that lost most of what the one before it held does not
  /// take its place.
  private Report shown(KeepInStep inStep, long generation) {
    Report report = inStep.report();
    if (!inStep.isInStep()) {
      return report;
    }
    guard.met(report.files());
    if (noted.equals(Optional.of(generation))) {
      return report;
    }
    FollowNotes notes = replica.notes();
    Optional<String> loss =
        notes.wasInStep(generation) ? Optional.empty() : guard.loss(report.files());
    if (loss.isPresent()) {
      return report.warned(loss.get());
    }
    notes.noteInStep(generation);
    noted = Optional.of(generation);
    return report;
  }

  /// The generation that the primary is, if a rollback went to it.
  private Optional<ShrinkGuard.Origin> origin(Route route) {
    return replica
        .generation(route.primary())
        .flatMap(one ->
            replica
                .sealedAs(one)
                .filter(ref -> ref.cell().equals(shadow.cell()))
                .map(ref -> new ShrinkGuard.Origin(one, ref.point())));
  }

  private boolean mayGoOn(Route route, Place source, Turn turn) {
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

  private boolean isToStop(FollowedPlace.Lease lease, Turn turn) {
    return Thread.currentThread().isInterrupted()
        || tools.replicas().isWanted(replica)
        || !lease.goesOn(turn);
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

  private Optional<Place> source(Route route) {
    return tools.fence().content(resource, route.primary());
  }

  private void noteVerified(Report report) throws IOException {
    if (report.verified().isPresent() && !report.verified().equals(state.report().verified())) {
      place.noteVerified(report.verified().get());
    }
  }
}
