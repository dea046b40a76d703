package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.BeginRollback.Draft;
import dev.gnomon.core.rollback.BeginRollback.Drafted;
import dev.gnomon.core.rollback.ChoosePoint.Choice;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.update.UpdateRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Works out what a request amounts to: which resources, which points, which mode. Makes the points
/// of moments, and writes nothing else.
final class DraftRollback {
  private final Surroundings world;
  private final FirstRoutes firstRoutes;
  private final ChoosePoint choosePoint;
  private final Running running;
  private final UpdateRecords updates;

  DraftRollback(Surroundings world, ChoosePoint choosePoint) {
    this.world = world;
    this.firstRoutes = new FirstRoutes(world.routes(), world.actuators());
    this.choosePoint = choosePoint;
    this.running = new Running(world.records());
    this.updates = new UpdateRecords(world.records());
  }

  Drafted of(RollbackRequest request) {
    return switch (request.target()) {
      case Target.OfResource of -> resource(request, of);
      case Target.OfCell of -> cell(request, of);
      case Target.OfUpdate of -> update(request, of);
      case Target.OfRollback of -> undo(request, of);
    };
  }

  Drafted.Runs running(Intent intent) {
    return new Drafted.Runs(
        intent.correlation(),
        intent.requestHash(),
        new RollbackRecords(world.records(), intent.resource(), intent.epochBefore()).has("done"));
  }

  // ---- one resource

  private Drafted resource(RollbackRequest request, Target.OfResource of) {
    Optional<Resource> found = world.catalogue().resource(of.resource());
    if (found.isEmpty()) {
      return new Drafted.Refused("unknown resource '" + of.resource() + "'");
    }
    Resource resource = found.get();
    Route route = firstRoutes.of(resource);
    Optional<Intent> other = running.of(resource.name(), route);
    if (other.isPresent()) {
      return running(other.get());
    }
    Optional<Group> group = announced(resource.name());
    if (group.isPresent()) {
      return new Drafted.Refused(
          "rollback %s of %s is running".formatted(group.get().id(), resource.name()));
    }
    Optional<String> wrongMode = wrongMode(resource, route, request.mode());
    if (wrongMode.isPresent()) {
      return new Drafted.Refused(wrongMode.get());
    }
    return switch (choosePoint.choose(resource, route.epoch(), request.to(), request.cutoff())) {
      case Choice.Nothing nothing -> new Drafted.Refused(nothing.reason());
      case Choice.Chosen chosen ->
          new Drafted.Fresh(
              List.of(
                  new Draft(
                      resource,
                      route,
                      mode(resource, route, request.mode()),
                      chosen.candidates(),
                      request.reason() + "; " + chosen.why(),
                      Optional.empty())),
              Optional.empty());
    };
  }

  private static Optional<String> wrongMode(
      Resource resource, Route route, Optional<RollbackMode> asked) {
    if (asked.isEmpty() || asked.get() == RollbackMode.RESTORE) {
      return Optional.empty();
    }
    if (resource.replica().isEmpty()) {
      return Optional.of(
          "%s has no shadow of type full with a replica, so it can only be restored"
              .formatted(resource.name()));
    }
    return asked.get() == RollbackMode.SWITCH || atHome(resource, route)
        ? Optional.empty()
        : Optional.of(
            "%s is served from its shadow %s since epoch %s: restore it there (mode restore), or switch it back to %s (mode switch)"
                .formatted(
                    resource.name(), route.primary(), route.epoch(), Location.home(resource)));
  }

  /// A resource that is served from its shadow already is repaired there, unless somebody asks to
  /// switch it back.
  private static RollbackMode mode(Resource resource, Route route, Optional<RollbackMode> asked) {
    return asked.orElse(atHome(resource, route) ? resource.rollback() : RollbackMode.RESTORE);
  }

  private static boolean atHome(Resource resource, Route route) {
    return route.primary().equals(Location.home(resource));
  }

  // ---- undo

  private Drafted undo(RollbackRequest request, Target.OfRollback of) {
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
    return group(request, log.get(), drafts.reversed());
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
              : running(other.get()));
    }
    DoneStep done = records.done().orElseThrow();
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
                    Optional.of(undone.rollback()))))
        .orElseGet(() ->
            new Undo.Blocked(
                new Drafted.Refused(
                    "the undo point %s of %s has expired".formatted(ref.get(), records.id()))));
  }

  /// A switch is undone by switching back to where it came from; anything else in place.
  private static RollbackMode undoMode(Intent undone, Route route) {
    boolean elsewhere = !route.primary().equals(undone.source());
    return undone.mode() == RollbackMode.SWITCH && elsewhere
        ? RollbackMode.SWITCH
        : RollbackMode.RESTORE;
  }

  // ---- groups

  private Drafted update(RollbackRequest request, Target.OfUpdate of) {
    if (request.to().isPresent()) {
      return new Drafted.Refused(
          "an update is rolled back to the points taken before it; name a resource to choose another");
    }
    Optional<UpdateRecords.Request> update = updates.request(of.updateId());
    if (update.isEmpty()) {
      return new Drafted.Refused("unknown update '" + of.updateId() + "'");
    }
    // The deployment begins when everything is ready: what was written until then is good.
    Optional<Instant> begun =
        updates
            .ready(of.updateId())
            .map(ready -> ready.time().minus(world.catalogue().clockTolerance()));
    Map<Resource, Choice.Chosen> pinned = new LinkedHashMap<>();
    for (ResourceName name : update.get().closure()) {
      Optional<Resource> resource = world.catalogue().resource(name);
      Optional<UpdateRecords.Shadowed> shadowed = updates.shadowed(of.updateId(), name);
      if (resource.isEmpty() || shadowed.isEmpty()) {
        return new Drafted.Refused(
            "update %s has no shadow of %s, so there is nothing to go back to"
                .formatted(of.updateId(), name));
      }
      Optional<Candidate> candidate =
          shadowed.get().points().stream()
              .flatMap(ref ->
                  world.stores().shadows(ref.cell()).point(ref.point()).stream()
                      .map(point -> Candidate.of(ref, point)))
              .findFirst();
      if (candidate.isEmpty()) {
        return new Drafted.Refused(
            "the points %s of update %s have expired"
                .formatted(shadowed.get().points(), of.updateId()));
      }
      Candidate point = candidate.get();
      String why = "the point taken before update " + of.updateId();
      pinned.put(
          resource.get(),
          begun
              .map(before ->
                  choosePoint.newerThan(
                      resource.get(),
                      firstRoutes.of(resource.get()).epoch(),
                      shadowed.get().points(),
                      before,
                      point,
                      why))
              .orElseGet(() -> new Choice.Chosen(List.of(point), why)));
    }
    return cut(request, GroupLog.ofUpdate(world.records(), of.updateId()), pinned);
  }

  private Drafted cell(RollbackRequest request, Target.OfCell of) {
    if (world.catalogue().cell(of.cell()).isEmpty()) {
      return new Drafted.Refused("unknown cell '" + of.cell() + "'");
    }
    Map<Resource, Choice.Chosen> first = new LinkedHashMap<>();
    List<ResourceName> names = world.catalogue().resources().stream().map(Resource::name).toList();
    for (ResourceName name : world.catalogue().closure(names)) {
      Resource resource = world.catalogue().resource(name).orElseThrow();
      Route route = firstRoutes.of(resource);
      if (!route.primary().cell().equals(of.cell())) {
        continue;
      }
      switch (choosePoint.choose(resource, route.epoch(), request.to(), request.cutoff())) {
        case Choice.Chosen chosen ->
            first.put(
                resource,
                chosen.moment()
                    ? chosen
                    : new Choice.Chosen(
                        chosen.candidates(), "everything served from cell " + of.cell()));
        case Choice.Nothing nothing -> {
          return new Drafted.Refused(nothing.reason());
        }
      }
    }
    if (first.isEmpty()) {
      return new Drafted.Refused("no resource is served from cell " + of.cell());
    }
    return cut(request, GroupLog.ofCell(world.records(), of.cell()), first);
  }

  /// The cut that was asked for, then older ones. Where a resource goes to a moment of its journal,
  /// the points that these moments stand on are a cut of their own, behind it.
  ///
  /// @param first the choice of each resource
  private Drafted cut(RollbackRequest request, GroupLog log, Map<Resource, Choice.Chosen> first) {
    Map<ResourceName, Candidate> named = new LinkedHashMap<>();
    Map<ResourceName, List<Candidate>> usable = new LinkedHashMap<>();
    first.forEach((resource, chosen) -> {
      Candidate candidate = chosen.points().getFirst();
      named.put(resource.name(), candidate);
      usable.put(
          resource.name(),
          choosePoint.points(resource, Optional.of(candidate.time()))
                  instanceof Choice.Chosen points
              ? points.candidates()
              : List.of());
    });
    boolean moments = first.values().stream().anyMatch(Choice.Chosen::moment);
    Map<ResourceName, List<Candidate>> cuts =
        Cuts.behind(named, usable, ChoosePoint.MAX_CANDIDATES - (moments ? 1 : 0));
    List<Draft> drafts = new ArrayList<>();
    for (Map.Entry<Resource, Choice.Chosen> entry : first.entrySet()) {
      Resource resource = entry.getKey();
      Choice.Chosen chosen = entry.getValue();
      Route route = firstRoutes.of(resource);
      Optional<String> wrongMode = wrongMode(resource, route, request.mode());
      if (wrongMode.isPresent()) {
        return new Drafted.Refused(wrongMode.get());
      }
      List<Candidate> candidates = new ArrayList<>();
      if (moments) {
        candidates.add(chosen.candidates().getFirst());
      }
      candidates.addAll(cuts.getOrDefault(resource.name(), List.of(chosen.points().getFirst())));
      drafts.add(
          new Draft(
              resource,
              route,
              mode(resource, route, request.mode()),
              candidates,
              request.reason() + "; " + chosen.why(),
              Optional.empty()));
    }
    return group(request, log, drafts);
  }

  private Drafted group(RollbackRequest request, GroupLog log, List<Draft> drafts) {
    Optional<Group> last = log.last().map(Numbered::record);
    if (last.isPresent()) {
      Group before = last.get();
      boolean over = over(before);
      boolean again = before.requestHash().equals(request.hash());
      if (!over || (again && unchangedSince(before))) {
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

  private boolean over(Group group) {
    return group.members().stream()
        .map(
            member -> new RollbackRecords(world.records(), member.resource(), member.epochBefore()))
        .allMatch(records ->
            records
                .intent()
                .map(intent -> !group.owns(intent) || records.has("done"))
                .orElse(false));
  }

  /// A group that has a resource among its members and is not over, also if it has not come to that
  /// member yet. Looked up so that nobody gets in its way; one who does all the same stops it.
  private Optional<Group> announced(ResourceName resource) {
    return world.openWork().open(OpenWork.Kind.GROUPS).stream()
        .flatMap(id -> GroupLog.of(world.records(), id).flatMap(log -> log.get(id)).stream())
        .filter(group ->
            group.members().stream().anyMatch(member -> member.resource().equals(resource)))
        .filter(group -> !over(group))
        .findFirst();
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
