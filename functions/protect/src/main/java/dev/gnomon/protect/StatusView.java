package dev.gnomon.protect;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.automation.DecisionLog;
import dev.gnomon.core.automation.Pause;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.journal.FollowVersions;
import dev.gnomon.core.journal.PrefixJournal;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.replica.FollowPrimary;
import dev.gnomon.core.replica.KeepInStep;
import dev.gnomon.core.replica.Lag;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackViews;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Serving.NotServed;
import dev.gnomon.core.shadow.Serving.Served;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Everything at a glance.
class StatusView {
  private static final int MAX_SHOWN = 20;

  private final Catalogue catalogue;
  private final ControlRecords records;
  private final RouteTable routes;
  private final CellStores stores;
  private final Replicas replicas;
  private final Followers followers;
  private final FollowVersions followVersions;
  private final RollbackViews rollbacks;
  private final UpdateViews updates;
  private final Pause pause;
  private final DecisionLog decisions;

  StatusView(
      Catalogue catalogue,
      ControlRecords records,
      RouteTable routes,
      CellStores stores,
      Replicas replicas,
      Followers followers,
      FollowVersions followVersions,
      RollbackViews rollbacks,
      UpdateViews updates,
      Pause pause,
      DecisionLog decisions) {
    this.catalogue = catalogue;
    this.records = records;
    this.routes = routes;
    this.stores = stores;
    this.replicas = replicas;
    this.followers = followers;
    this.followVersions = followVersions;
    this.rollbacks = rollbacks;
    this.updates = updates;
    this.pause = pause;
    this.decisions = decisions;
  }

  record Status(
      boolean paused,
      List<ResourceStatus> resources,
      List<UpdateViews.View> updates,
      List<RollbackStatus> rollbacks,
      List<Decision> decisions) {}

  record ResourceStatus(
      ResourceName name,
      String kind,
      CellName cell,
      String location,
      Priority priority,
      Automation automation,
      RollbackMode rollback,
      Optional<RouteStatus> route,
      List<ShadowStatus> shadows,
      Optional<String> runningRollback) {}

  record RouteStatus(long epoch, RouteState state, Location primary, Fenced fenced) {}

  /// @param holds what the replica's newest generation holds, if it is a replica
  /// @param follows if this process keeps it up to date continuously
  /// @param versions how far its journal follows the versions of its bucket, if it does and this
  ///   process has looked
  record ShadowStatus(
      CellName cell,
      ShadowType type,
      Optional<Duration> every,
      Optional<String> replica,
      Optional<ReplicaStatus> holds,
      Optional<FollowStatus> follows,
      Optional<VersionsStatus> versions,
      int points,
      Optional<LastPoint> last) {}

  /// @param place where the generation is
  /// @param objects if it is plain objects that equal a point, or follow the primary
  /// @param notServed paths of the point, or keys of the primary, that are no objects
  /// @param examples of those
  record ReplicaStatus(
      long generation,
      String event,
      Optional<PointId> point,
      String place,
      Optional<Long> objects,
      long notServed,
      List<NotServed> examples) {
    static ReplicaStatus of(Replica replica, ReplicaEntry entry, Optional<FollowPrimary> follower) {
      Optional<KeepInStep.Report> follows =
          follower
              .map(FollowPrimary::state)
              .filter(state -> state.generation().equals(Optional.of(entry.generation())))
              .map(FollowPrimary.State::report);
      boolean objects = replica.location(entry.generation()).place() instanceof S3Prefix;
      return new ReplicaStatus(
          entry.generation(),
          entry.event().name(),
          entry.point().map(PointRef::point),
          replica.location(entry.generation()).path(),
          entry
              .served()
              .map(Served::objects)
              .or(() -> follows.filter(any -> objects).map(KeepInStep.Report::files)),
          entry
              .served()
              .map(Served::notServed)
              .or(() -> follows.map(report -> report.unserved().count()))
              .orElse(0L),
          entry
              .served()
              .map(Served::examples)
              .or(() -> follows.map(report -> report.unserved().examples()))
              .orElse(List.of()));
    }
  }

  /// How a replica that is kept up to date continuously is doing.
  ///
  /// @param state `following`, or why it is not
  /// @param lag for how long not every write is known to be in the replica; empty if that is not
  ///   known
  /// @param median over the batches of the last ten minutes, like `p99` and `max`
  /// @param events whether changes are told and not looked for by comparing
  /// @param verified when all content was compared
  /// @param damaged files that were found damaged, and mended, since this session began
  record FollowStatus(
      String state,
      Optional<Duration> lag,
      Optional<Duration> median,
      Optional<Duration> p99,
      Optional<Duration> max,
      long batches,
      boolean events,
      Optional<Instant> verified,
      long damaged,
      Optional<String> warning) {
    static FollowStatus of(FollowPrimary follower) {
      FollowPrimary.State state = follower.state();
      Lag.Reading lag = follower.lag().now();
      return new FollowStatus(
          state.doing(),
          lag.current(),
          lag.median(),
          lag.p99(),
          lag.max(),
          lag.batches(),
          state.report().events(),
          state.report().verified().map(Instant::ofEpochMilli),
          state.report().damaged(),
          state.report().warning());
    }
  }

  /// How far a journal follows the versions of its bucket.
  ///
  /// @param upTo everything written up to here, by the bucket's clock, is in the journal; empty
  ///   while it has not begun
  /// @param lag since then
  /// @param waiting versions that are too young to be relied on
  /// @param problem why the last look failed
  record VersionsStatus(
      Optional<Instant> upTo,
      Optional<Duration> lag,
      long waiting,
      long listed,
      Optional<String> problem) {
    static VersionsStatus of(FollowVersions.State state, Instant now) {
      Optional<Instant> upTo = state.found().flatMap(PrefixJournal.Reconciled::upTo);
      return new VersionsStatus(
          upTo,
          upTo.map(time -> time.isAfter(now) ? Duration.ZERO : Duration.between(time, now)),
          state.found().map(PrefixJournal.Reconciled::waiting).orElse(0L),
          state.found().map(PrefixJournal.Reconciled::listed).orElse(0L),
          state
              .problem()
              .or(() ->
                  state
                      .found()
                      .filter(found -> !found.begun())
                      .map(found -> "there is no point yet that its journal could begin on")));
    }
  }

  record LastPoint(PointId point, Instant time, long files, long bytes, boolean held) {
    static LastPoint of(Point point) {
      return new LastPoint(point.id(), point.time(), point.files(), point.bytes(), point.held());
    }
  }

  record RollbackStatus(
      String rollback,
      ResourceName resource,
      RollbackMode mode,
      RollbackViews.State state,
      String step,
      String point,
      long epochBefore,
      Optional<Long> epochAfter,
      Instant time,
      Optional<String> reason) {
    static RollbackStatus of(RollbackViews.Member member) {
      return new RollbackStatus(
          member.rollback(),
          member.resource(),
          member.mode(),
          member.state(),
          member.step(),
          member.point().point().toString(),
          member.epochBefore().value(),
          member.epochAfter().map(epoch -> epoch.value()),
          member.time(),
          member.reason());
    }
  }

  Status now() {
    return new Status(
        pause.paused(),
        catalogue.resources().stream().map(this::resource).toList(),
        updates.newest(MAX_SHOWN),
        rollbacks.newest(MAX_SHOWN).stream().map(RollbackStatus::of).toList(),
        decisions());
  }

  private ResourceStatus resource(Resource resource) {
    Optional<Route> route = routes.current(resource.name());
    return new ResourceStatus(
        resource.name(),
        resource.kind(),
        resource.cell(),
        resource.location().toString(),
        resource.priority(),
        resource.automation(),
        resource.rollback(),
        route.map(
            one -> new RouteStatus(one.epoch().value(), one.state(), one.primary(), one.fenced())),
        resource.shadows().stream().map(shadow -> shadow(resource, shadow)).toList(),
        route
            .flatMap(one -> new Running(records).of(resource.name(), one))
            .map(Intent::correlation));
  }

  private ShadowStatus shadow(Resource resource, ShadowSpec shadow) {
    List<Point> points = stores.shadows(shadow.cell()).points(resource.name());
    Optional<Replica> replica = replicas.of(resource, shadow);
    Optional<FollowPrimary> follower = followers.of(resource, shadow);
    return new ShadowStatus(
        shadow.cell(),
        shadow.type(),
        shadow.every(),
        shadow.replica().map(Path::toString).or(() -> shadow.serving().map(S3Prefix::toString)),
        replica.flatMap(one -> one.newest().map(entry -> ReplicaStatus.of(one, entry, follower))),
        follower.map(FollowStatus::of),
        followVersions
            .state(resource.name(), shadow.cell())
            .map(state -> VersionsStatus.of(state, Instant.now())),
        points.size(),
        points.stream()
            .filter(point -> point.kind() != PointKind.MOMENT) // of the past, however new it is
            .findFirst()
            .map(LastPoint::of));
  }

  private List<Decision> decisions() {
    return decisions.newest(catalogue.resources().stream().map(Resource::name).toList(), MAX_SHOWN);
  }
}
