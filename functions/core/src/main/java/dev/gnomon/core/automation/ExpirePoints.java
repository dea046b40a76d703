package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
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
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.retention.Reason;
import dev.gnomon.core.retention.Reason.Rule;
import dev.gnomon.core.retention.Retention;
import dev.gnomon.core.retention.Verdict;
import dev.gnomon.core.rollback.ChoosePoint;
import dev.gnomon.core.rollback.GroupLog;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.rollback.Steps;
import dev.gnomon.core.rollback.Suspicions;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.update.UpdateRecords;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Decides which points may go, and lets them go so that a rollback that begins meanwhile either
/// keeps its point or sees that it expires: expiry first announces a deletion, then looks for pins;
/// a rollback first pins its point by its intent, then looks for announcements. One of the two sees
/// the other. Tags and holds live in the cell's store, which deletes a point only if nothing was
/// said about it since the decision.
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
  private final Suspicions suspicions;

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
    this.suspicions = new Suspicions(records, catalogue.clockTolerance());
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

  /// What would be decided now about each point of a resource in a cell, newest first; deletes
  /// nothing.
  public List<Verdict> plan(Resource resource, CellName cell) {
    return decide(resource, cell, pinned(resource)).verdicts();
  }

  /// Deletes those of the points that no rule keeps, now as when they were listed, and about which
  /// nobody says anything meanwhile.
  ///
  /// @return the points that were deleted
  public List<PointId> expire(Resource resource, CellName cell, List<PointId> points) {
    Map<PointId, Verdict> verdicts = new HashMap<>();
    plan(resource, cell).forEach(verdict -> verdicts.put(verdict.point(), verdict));
    List<Verdict> going =
        points.stream()
            .flatMap(point -> Optional.ofNullable(verdicts.get(point)).stream())
            .filter(verdict -> !verdict.stays())
            .toList();
    List<PointId> mine = new ArrayList<>();
    for (Verdict verdict : going) {
      if (records.create(
              tombstone(cell, verdict.point()),
              new ChoosePoint.Tombstone(Optional.empty(), records.time()))
          instanceof Outcome.Created) {
        mine.add(verdict.point());
      }
    }
    Map<PointRef, String> pinned = pinned(resource);
    Map<PointId, Long> free = new LinkedHashMap<>();
    going.stream()
        .filter(verdict -> !pinned.containsKey(new PointRef(cell, verdict.point())))
        .forEach(verdict -> free.put(verdict.point(), verdict.marks()));
    List<PointId> deleted = stores.expiry(cell).expire(free);
    // A mark that was there before stays until its point is really gone: it may say why it is
    // unusable.
    control.delete(
        going.stream()
            .map(Verdict::point)
            .filter(point ->
                stores.shadows(cell).point(point).isEmpty()
                    || (mine.contains(point) && !deleted.contains(point)))
            .map(point -> tombstone(cell, point))
            .toList());
    return deleted;
  }

  private static ObjectName tombstone(CellName cell, PointId point) {
    return ChoosePoint.tombstone(new PointRef(cell, point));
  }

  private List<PointId> expired(Resource resource, CellName cell) {
    // What stands on points is many reads, and asked for only where something would go.
    Decision free = decide(resource, cell, Map.of());
    Decision decision =
        free.verdicts().stream().allMatch(Verdict::stays)
            ? free
            : decide(resource, cell, pinned(resource));
    removeLeftMarks(cell, decision);
    return decision.verdicts().stream()
        .filter(verdict -> !verdict.stays())
        .map(Verdict::point)
        .toList();
  }

  /// @param tombstones marks of points that are being deleted, or must not be chosen
  private record Decision(List<Verdict> verdicts, Set<ObjectName> tombstones) {}

  /// What people said is read after the tombstones: [#removeLeftMarks] relies on it.
  private Decision decide(Resource resource, CellName cell, Map<PointRef, String> pinned) {
    List<Point> points = stores.shadows(cell).points(resource.name());
    Set<ObjectName> tombstones =
        Set.copyOf(records.names("expiring/" + cell + "/" + resource.name() + "@"));
    Map<PointId, Marks> marks = stores.marks(cell).of(resource.name());
    Suspicions.Held suspects = suspicions.of(resource.name());
    // What is marked may not be chosen, so it must not stand in for a point that may.
    List<Point> usable =
        points.stream().filter(point -> !tombstones.contains(tombstone(cell, point.id()))).toList();
    Map<PointId, Verdict> verdicts = new HashMap<>();
    Retention.decide(usable, marks, resource.keep(), suspects::covers, records.time())
        .forEach(verdict -> verdicts.put(verdict.point(), verdict));
    List<Verdict> all = new ArrayList<>();
    for (Point point : points) {
      Verdict verdict =
          Optional.ofNullable(verdicts.get(point.id()))
              .orElseGet(() ->
                  Retention.ofMarked(
                      point.id(), Optional.ofNullable(marks.get(point.id())).orElse(Marks.NONE)));
      // The newest point is never deleted; it carries the sequence number on.
      if (point.equals(points.getFirst()) && !verdict.stays()) {
        verdict = verdict.and(new Reason(Rule.NEWEST, ""));
      }
      String pin = pinned.get(new PointRef(cell, point.id()));
      all.add(pin == null ? verdict : verdict.and(new Reason(Rule.PINNED, pin)));
    }
    return new Decision(all, tombstones);
  }

  /// Takes marks away that whoever was deleting left when it was killed: of points that are gone,
  /// and of points under a hold, so that a rollback may use them. A point is there before its mark,
  /// so one that is not there now never will be. Nobody deletes a point that got a hold after its
  /// mark: the store sees that something was said since the decision.
  private void removeLeftMarks(CellName cell, Decision decision) {
    Set<ObjectName> left = new HashSet<>(decision.tombstones());
    decision.verdicts().forEach(verdict -> left.remove(tombstone(cell, verdict.point())));
    left.removeIf(mark -> {
      PointId id = PointId.parse(mark.value().substring(("expiring/" + cell + "/").length()));
      return stores.shadows(cell).point(id).isPresent();
    });
    decision.verdicts().stream()
        .filter(verdict -> verdict.reasons().stream().anyMatch(why -> why.rule() == Rule.HOLD))
        .map(verdict -> tombstone(cell, verdict.point()))
        .filter(mark -> decision.tombstones().contains(mark) && isOfExpiry(mark))
        .forEach(left::add);
    control.delete(left);
  }

  private boolean isOfExpiry(ObjectName mark) {
    return records
        .read(mark, ChoosePoint.Tombstone.class)
        .map(tombstone -> tombstone.reason().isEmpty())
        .orElse(false);
  }

  /// Points that open rollbacks, open updates and the replica stand on, each with what it is.
  private Map<PointRef, String> pinned(Resource resource) {
    Map<PointRef, String> pinned = new HashMap<>();
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
          .forEach(candidate -> pinned.putIfAbsent(candidate.point(), "by rollback " + id));
    }
    for (String id : openWork.open(OpenWork.Kind.UPDATES)) {
      updates
          .shadowed(new UpdateId(id), resource.name())
          .ifPresent(shadowed ->
              shadowed.points().forEach(ref -> pinned.putIfAbsent(ref, "by update " + id)));
    }
    replicas.all(resource).stream()
        .flatMap(replica -> replica.newest().stream())
        .flatMap(entry -> entry.point().stream())
        .forEach(ref -> pinned.putIfAbsent(ref, "by the replica"));
    return pinned;
  }

  private void pin(Map<PointRef, String> pinned, Intent intent) {
    intent
        .candidates()
        .forEach(one -> pinned.putIfAbsent(one.point(), "by rollback " + intent.correlation()));
    RollbackRecords.of(records, intent.rollback())
        .flatMap(at -> at.read("undo", Steps.UndoStep.class))
        .flatMap(Steps.UndoStep::ref)
        .ifPresent(
            ref -> pinned.putIfAbsent(ref, "as undo point of rollback " + intent.correlation()));
  }
}
