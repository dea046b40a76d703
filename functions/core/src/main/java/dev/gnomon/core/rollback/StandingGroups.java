package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.BeginRollback.Draft;
import dev.gnomon.core.rollback.BeginRollback.Drafted;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Rollbacks of several resources that have begun, or have been announced: whether a new one may
/// begin beside them, or is one of them again.
final class StandingGroups {
  private final Surroundings world;
  private final FirstRoutes firstRoutes;
  private final Running running;

  StandingGroups(Surroundings world, FirstRoutes firstRoutes, Running running) {
    this.world = world;
    this.firstRoutes = firstRoutes;
    this.running = running;
  }

  /// Begins a group, unless the last one of its log still runs, is the same and changed nothing
  /// since, or a member is in another rollback.
  Drafted begin(RollbackRequest request, GroupLog log, List<Draft> drafts) {
    Optional<Group> last = log.last().map(Numbered::record);
    if (last.isPresent()) {
      Group before = last.get();
      boolean over = over(before);
      boolean again = before.requestHash().equals(request.hash());
      if (holds(before) || (again && (!over || unchangedSince(before)))) {
        return new Drafted.Runs(before.id(), before.requestHash(), over);
      }
    }
    for (Draft draft : drafts) {
      ResourceName name = draft.resource().name();
      Optional<String> other =
          running
              .of(name, draft.route())
              .map(Intent::correlation)
              .or(() -> announced(name).map(Group::id));
      if (other.isPresent()) {
        return new Drafted.Refused("rollback %s of %s is running".formatted(other.get(), name));
      }
    }
    return new Drafted.Fresh(drafts, Optional.of(log));
  }

  /// A group that has a resource among its members and is not over, also if it has not come to that
  /// member yet; one whose members only wait holds nobody, see [Running#waits]. Looked up so that
  /// nobody gets in its way; one who does all the same stops it.
  Optional<Group> announced(ResourceName resource) {
    return world.openWork().open(OpenWork.Kind.GROUPS).stream()
        .flatMap(id -> GroupLog.of(world.records(), id).flatMap(log -> log.get(id)).stream())
        .filter(group ->
            group.members().stream().anyMatch(member -> member.resource().equals(resource)))
        .filter(this::holds)
        .findFirst();
  }

  /// A rollback of one resource that has begun, and whether it is done.
  Drafted.Runs runs(Intent intent) {
    return new Drafted.Runs(
        intent.correlation(),
        intent.requestHash(),
        new RollbackRecords(world.records(), intent.resource(), intent.epochBefore()).has("done"));
  }

  private boolean over(Group group) {
    return allMembers(group, records -> records.has("done"));
  }

  private boolean holds(Group group) {
    return !allMembers(group, records -> records.has("done") || Running.waits(records));
  }

  private boolean allMembers(Group group, Predicate<RollbackRecords> are) {
    return group.members().stream()
        .map(
            member -> new RollbackRecords(world.records(), member.resource(), member.epochBefore()))
        .allMatch(records ->
            records.intent().map(intent -> !group.owns(intent) || are.test(records)).orElse(false));
  }

  /// Whether every member still is what the group made of it: same epoch, same content.
  private boolean unchangedSince(Group group) {
    for (Group.Member member : group.members()) {
      RollbackRecords records =
          new RollbackRecords(world.records(), member.resource(), member.epochBefore());
      Optional<Resource> resource = world.catalogue().resource(member.resource());
      if (resource.isEmpty() || records.intent().filter(group::owns).isEmpty()) {
        return false;
      }
      DoneStep done = records.done().orElseThrow();
      if (done.terminal() != Steps.Terminal.SERVING || done.point().isEmpty()) {
        return false;
      }
      Route route = firstRoutes.of(resource.get());
      Optional<Place> content = world.fence().content(resource.get(), route.primary());
      if (content.isEmpty() || !done.epochAfter().equals(route.epoch())) {
        return false;
      }
      PointRef ref = done.point().get();
      RestorePlan plan =
          world
              .stores()
              .restorer(ref.cell())
              .plan(new RestoreRequest(ref.point(), content.get(), Long.MAX_VALUE), Progress.NONE);
      if (plan.filesToWrite() + plan.filesToDelete() + plan.metadataToSet() > 0) {
        return false;
      }
    }
    return true;
  }
}
