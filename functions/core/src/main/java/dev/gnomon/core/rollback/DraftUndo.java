package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.rollback.BeginRollback.Draft;
import dev.gnomon.core.rollback.BeginRollback.Drafted;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.PointRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Works out what undoing a rollback amounts to: back to what was kept before it, each member of a
/// group, the last one first.
final class DraftUndo {
  private final Surroundings world;
  private final FirstRoutes firstRoutes;
  private final Running running;
  private final StandingGroups groups;

  DraftUndo(Surroundings world, FirstRoutes firstRoutes, Running running, StandingGroups groups) {
    this.world = world;
    this.firstRoutes = firstRoutes;
    this.running = running;
    this.groups = groups;
  }

  Drafted of(RollbackRequest request, Target.OfRollback of) {
    if (request.toCell().isPresent()) {
      return new Drafted.Refused("an undo goes back to where it came from, to no cell by name");
    }
    Optional<RollbackRecords> single =
        RollbackRecords.of(world.records(), of.rollback()).filter(one -> one.intent().isPresent());
    if (single.isPresent()) {
      Intent undone = single.get().intent().orElseThrow();
      return undone
          .group()
          .<Drafted>map(group ->
              new Drafted.Refused(
                  "%s belongs to the group %s: undo the group".formatted(of.rollback(), group)))
          .orElseGet(() ->
              switch (undo(single.get(), undone)) {
                case Undo.Possible possible ->
                    new Drafted.Fresh(List.of(possible.draft()), Optional.empty());
                case Undo.Blocked blocked -> blocked.drafted();
              });
    }
    Optional<GroupLog> log = GroupLog.of(world.records(), of.rollback());
    Optional<Group> group = log.flatMap(one -> one.get(of.rollback()));
    if (group.isEmpty()) {
      return new Drafted.Refused("unknown rollback '" + of.rollback() + "'");
    }
    List<Draft> drafts = new ArrayList<>();
    for (Group.Member member : group.get().members()) {
      RollbackRecords records =
          new RollbackRecords(world.records(), member.resource(), member.epochBefore());
      switch (records
          .intent()
          .map(intent ->
              group.get().owns(intent)
                  ? undo(records, intent)
                  : new Undo.Blocked(
                      new Drafted.Refused(
                          "group %s was stopped before it began: %s came first"
                              .formatted(group.get().id(), intent.rollback()))))
          .orElseGet(() -> running(group.get()))) {
        case Undo.Possible possible -> drafts.add(possible.draft());
        case Undo.Blocked blocked -> {
          return blocked.drafted();
        }
      }
    }
    return groups.begin(request, log.get(), drafts.reversed());
  }

  private sealed interface Undo {
    record Possible(Draft draft) implements Undo {}

    record Blocked(Drafted drafted) implements Undo {}
  }

  private static Undo running(Group group) {
    return new Undo.Blocked(new Drafted.Refused("rollback " + group.id() + " is still running"));
  }

  private Undo undo(RollbackRecords records, Intent undone) {
    Optional<Resource> resource = world.catalogue().resource(undone.resource());
    if (resource.isEmpty()) {
      return new Undo.Blocked(new Drafted.Refused("unknown resource '" + undone.resource() + "'"));
    }
    Route route = firstRoutes.of(resource.get());
    Optional<Intent> other = running.of(undone.resource(), route);
    if (other.isPresent()) {
      return new Undo.Blocked(
          other.get().rollback().equals(undone.rollback())
              ? new Drafted.Refused("rollback " + undone.rollback() + " is still running")
              : groups.runs(other.get()));
    }
    Optional<DoneStep> ended = records.done();
    if (ended.isEmpty()) {
      return new Undo.Blocked(
          new Drafted.Refused(
              "rollback %s has not ended: %s is served from its shadow while it waits for the old primary, or to return there (`gnomon merit return %s` returns at once); it can be undone when it has"
                  .formatted(records.id(), undone.resource(), undone.resource())));
    }
    DoneStep done = ended.get();
    Optional<PointRef> ref =
        done.undo()
            .or(() -> records.read("late-undo", Steps.UndoStep.class).flatMap(Steps.UndoStep::ref));
    if (ref.isEmpty()) {
      return new Undo.Blocked(
          new Drafted.Refused(
              "rollback %s has no undo point: %s".formatted(records.id(), done.state())));
    }
    return world
        .stores()
        .shadows(ref.get().cell())
        .point(ref.get().point())
        .<Undo>map(point ->
            new Undo.Possible(
                new Draft(
                    resource.get(),
                    route,
                    undoMode(undone, route),
                    List.of(Candidate.of(ref.get(), point)),
                    "undoes " + undone.rollback(),
                    Optional.of(undone.rollback()),
                    replicaOf(undone, resource.get()))))
        .orElseGet(() ->
            new Undo.Blocked(
                new Drafted.Refused(
                    "the undo point %s of %s has expired".formatted(ref.get(), records.id()))));
  }

  /// Of several copies, the one that it came from.
  private Optional<CellName> replicaOf(Intent undone, Resource resource) {
    CellName cell = undone.source().cell();
    return undone.target().isPresent()
            && world.replicas().of(resource, Optional.of(cell)).isPresent()
        ? Optional.of(cell)
        : Optional.empty();
  }

  /// A switch is undone by switching back to where it came from; anything else in place.
  private static RollbackMode undoMode(Intent undone, Route route) {
    boolean elsewhere = !route.primary().equals(undone.source());
    return undone.mode() == RollbackMode.SWITCH && elsewhere
        ? RollbackMode.SWITCH
        : RollbackMode.RESTORE;
  }
}
