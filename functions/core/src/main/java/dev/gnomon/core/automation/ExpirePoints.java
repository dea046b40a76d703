package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.facts.Fact;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.rollback.GroupLog;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.update.UpdateRecords;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Decides which points may go, and lets them go so that a rollback that begins meanwhile either
/// keeps its point or sees that it expires: expiry first announces a deletion, then looks for pins;
/// a rollback first pins its point by its intent, then looks for announcements. One of the two sees
/// the other.
public final class ExpirePoints {
  private final Catalogue catalogue;
  private final ControlRecords records;
  private final ObjectStore control;
  private final OpenWork openWork;
  private final CellStores stores;
  private final RouteTable routes;
  private final Replicas replicas;
  private final Running running;
  private final UpdateRecords updates;

  public ExpirePoints(
      Catalogue catalogue,
      ControlRecords records,
      ObjectStore control,
      OpenWork openWork,
      CellStores stores,
      RouteTable routes,
      Replicas replicas) {
    this.catalogue = catalogue;
    this.records = records;
    this.control = control;
    this.openWork = openWork;
    this.stores = stores;
    this.routes = routes;
    this.replicas = replicas;
    this.running = new Running(records);
    this.updates = new UpdateRecords(records);
  }

  /// Points of a resource that no rule keeps.
  public List<Fact> due(Resource resource) {
    List<Fact> facts = new ArrayList<>();
    for (ShadowSpec shadow : resource.shadows()) {
      CellName cell = shadow.cell();
      List<PointId> expired = expired(resource, cell);
      if (!expired.isEmpty()) {
        facts.add(
            new Fact.PointsExpired(
                ObjectName.of("expiring", cell, expired.getFirst()),
                resource.name(),
                cell,
                expired));
      }
    }
    return facts;
  }

  /// Points of all resources that no rule keeps.
  public List<Fact> due() {
    return catalogue.resources().stream().flatMap(one -> due(one).stream()).toList();
  }

  /// Deletes those of the points that no rule keeps, now as when they were listed.
  ///
  /// @return the points that were deleted
  public List<PointId> expire(Resource resource, CellName cell, List<PointId> points) {
    List<PointId> announced = new ArrayList<>();
    List<PointId> mine = new ArrayList<>();
    List<PointId> expired = expired(resource, cell);
    for (PointId point : points) {
      if (expired.contains(point)) {
        announced.add(point);
        if (records.create(
                tombstone(cell, point), new ChoosePoint.Tombstone(Optional.empty(), records.time()))
            instanceof Outcome.Created) {
          mine.add(point);
        }
      }
    }
    Set<PointRef> pinned = pinned(resource);
    List<PointId> free =
        announced.stream().filter(point -> !pinned.contains(new PointRef(cell, point))).toList();
    stores.expiry(cell).expire(free);
    // A mark that was there before stays until its point is really gone: it may say why it is
    // unusable.
    control.delete(
        announced.stream()
            .filter(point ->
                stores.shadows(cell).point(point).isEmpty()
                    || (mine.contains(point) && !free.contains(point)))
            .map(point -> tombstone(cell, point))
            .toList());
    return free;
  }

  private static ObjectName tombstone(CellName cell, PointId point) {
    return ChoosePoint.tombstone(new PointRef(cell, point));
  }

  private List<PointId> expired(Resource resource, CellName cell) {
    List<Point> points = stores.shadows(cell).points(resource.name());
    Set<ObjectName> marked =
        Set.copyOf(records.names("expiring/" + cell + "/" + resource.name() + "@"));
    Predicate<Point> isMarked = point -> marked.contains(tombstone(cell, point.id()));
    removeLeftMarks(cell, points, marked);
    Set<PointRef> pinned = pinned(resource);
    // What is marked may not be chosen, so it must not stand in for a point that may.
    List<PointId> gone = new ArrayList<>();
    points.stream().filter(isMarked).map(Point::id).forEach(gone::add);
    gone.addAll(
        gone(points.stream().filter(isMarked.negate()).toList(), resource.keep(), records.time()));
    // The newest point is never deleted; it carries the sequence number on.
    return gone.stream()
        .filter(point -> !point.equals(points.getFirst().id()))
        .filter(point -> !pinned.contains(new PointRef(cell, point)))
        .toList();
  }

  /// Marks of points that are gone: whoever deleted those was killed before it took the mark away.
  /// A point is there before its mark, so one that is not there now never will be.
  private void removeLeftMarks(CellName cell, List<Point> points, Set<ObjectName> marked) {
    Set<ObjectName> left = new HashSet<>(marked);
    points.forEach(point -> left.remove(tombstone(cell, point.id())));
    left.removeIf(mark -> {
      PointId id = PointId.parse(mark.value().substring(("expiring/" + cell + "/").length()));
      return stores.shadows(cell).point(id).isPresent();
    });
    control.delete(left);
  }

  /// The points that the keep rules let go; a pure function.
  ///
  /// @param points newest first
  public static List<PointId> gone(List<Point> points, Keep keep, Instant now) {
    if (points.stream()
        .filter(point -> point.kind() != PointKind.UNDO)
        .findFirst()
        .map(Point::held)
        .orElse(false)) {
      return List.of();
    }
    List<PointId> gone = new ArrayList<>();
    int regular = 0;
    boolean goodSeen = false;
    for (Point point : points) {
      boolean undo = point.kind() == PointKind.UNDO;
      boolean young =
          keep.within().map(within -> point.time().isAfter(now.minus(within))).orElse(false);
      boolean good = !undo && point.consistent() && !point.held();
      boolean lastGood = good && !goodSeen;
      goodSeen |= good;
      boolean among = !undo && regular++ < keep.last();
      boolean undoInTime = undo && point.time().isAfter(now.minus(keep.within().orElse(UNDO_KEPT)));
      if (!young && !lastGood && !among && !undoInTime) {
        gone.add(point.id());
      }
    }
    return gone;
  }

  private static final Duration UNDO_KEPT = Duration.ofDays(7);

  /// Points that open rollbacks, open updates and the replica stand on.
  private Set<PointRef> pinned(Resource resource) {
    Set<PointRef> pinned = new HashSet<>();
    Optional<Route> route = routes.current(resource.name());
    route
        .flatMap(current -> running.of(resource.name(), current))
        .ifPresent(intent -> pin(pinned, intent));
    for (String id : openWork.open(OpenWork.Kind.ROLLBACKS)) {
      RollbackRecords.of(records, id)
          .filter(at -> at.resource().equals(resource.name()))
          .flatMap(RollbackRecords::intent)
          .ifPresent(intent -> pin(pinned, intent));
    }
    for (String id : openWork.open(OpenWork.Kind.GROUPS)) {
      GroupLog.of(records, id).flatMap(log -> log.get(id)).stream()
          .flatMap(group -> group.members().stream())
          .flatMap(member -> member.candidates().stream())
          .forEach(candidate -> pinned.add(candidate.point()));
    }
    for (String id : openWork.open(OpenWork.Kind.UPDATES)) {
      updates
          .shadowed(new UpdateId(id), resource.name())
          .ifPresent(shadowed -> pinned.addAll(shadowed.points()));
    }
    replicas
        .of(resource)
        .flatMap(replica -> replica.newest())
        .map(ReplicaEntry::point)
        .ifPresent(pinned::add);
    return pinned;
  }

  private void pin(Set<PointRef> pinned, Intent intent) {
    intent.candidates().forEach(candidate -> pinned.add(candidate.point()));
    RollbackRecords.of(records, intent.rollback())
        .flatMap(at -> at.read("undo", Steps.UndoStep.class))
        .flatMap(Steps.UndoStep::ref)
        .ifPresent(pinned::add);
  }
}
