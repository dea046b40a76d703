package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.ChoosePoint.Choice;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.update.UpdateRecords;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Turns a request into the intent of one rollback, or into a group. Nothing is changed outside the
/// control store; of racing requests for one resource one begins, the others join it or are
/// refused.
final class BeginRollback {
  private final Surroundings world;
  private final FirstRoutes firstRoutes;
  private final ChoosePoint choosePoint;
  private final Running running;
  private final UpdateRecords updates;

  BeginRollback(Surroundings world, ChoosePoint choosePoint) {
    this.world = world;
    this.firstRoutes = new FirstRoutes(world.routes(), world.actuators());
    this.choosePoint = choosePoint;
    this.running = new Running(world.records());
    this.updates = new UpdateRecords(world.records());
  }

  Begun begin(RollbackRequest request) {
    return switch (request.target()) {
      case Target.OfResource of -> one(request, of.resource());
      case Target.OfCell of -> cell(request, of);
      case Target.OfUpdate of -> update(request, of);
      case Target.OfRollback of -> undo(request, of);
    };
  }

  // ---- one resource

  private Begun one(RollbackRequest request, ResourceName name) {
    Optional<Resource> found = world.catalogue().resource(name);
    if (found.isEmpty()) {
      return new Begun.Refused("unknown resource '" + name + "'");
    }
    Resource resource = found.get();
    Route route = firstRoutes.of(resource);
    Optional<Intent> other = running.of(name, route);
    if (other.isPresent()) {
      return joinOrRefuse(other.get(), request);
    }
    Optional<String> wrongMode = wrongMode(resource, request.mode());
    if (wrongMode.isPresent()) {
      return new Begun.Refused(wrongMode.get());
    }
    return switch (choosePoint.choose(resource, request.to(), request.cutoff())) {
      case Choice.Nothing nothing -> new Begun.Refused(nothing.reason());
      case Choice.Chosen chosen ->
          intend(
              request,
              resource,
              route,
              mode(resource, route, request.mode()),
              chosen.candidates(),
              request.reason() + "; " + chosen.why(),
              Optional.empty());
    };
  }

  /// Writes the intent, or finds who was first.
  private Begun intend(
      RollbackRequest request,
      Resource resource,
      Route route,
      RollbackMode mode,
      List<Candidate> candidates,
      String why,
      Optional<String> undoes) {
    Intent intent =
        intent(
            resource,
            route,
            request.hash(),
            mode,
            request.by(),
            why,
            candidates,
            request.allowDeletes() || undoes.isPresent(),
            Optional.empty(),
            undoes);
    world.openWork().opened(OpenWork.Kind.ROLLBACKS, intent.rollback());
    return switch (write(intent)) {
      case Outcome.Created<Intent> ignored -> new Begun.Accepted(intent.rollback());
      case Outcome.Exists<Intent> exists -> joinOrRefuse(exists.record(), request);
    };
  }

  /// Writes an intent; candidates that expiry announced to delete meanwhile are rejected at once.
  Outcome<Intent> write(Intent intent) {
    RollbackRecords at =
        new RollbackRecords(world.records(), intent.resource(), intent.epochBefore());
    Outcome<Intent> outcome = world.records().create(at.name("intent"), intent);
    if (outcome instanceof Outcome.Created) {
      int index = 0;
      for (Candidate candidate : intent.candidates()) {
        if (!choosePoint.expiring(candidate.point())) {
          break;
        }
        at.write(
            "rejected/" + index++,
            new RejectStep(candidate.point(), candidate.point() + " expired meanwhile"));
      }
    }
    world.checkpoint().reached("intent");
    return outcome;
  }

  Intent intent(
      Resource resource,
      Route route,
      String requestHash,
      RollbackMode mode,
      By by,
      String why,
      List<Candidate> candidates,
      boolean allowDeletes,
      Optional<String> group,
      Optional<String> undoes) {
    return new Intent(
        RollbackRecords.id(resource.name(), route.epoch()),
        resource.name(),
        route.epoch(),
        requestHash,
        mode,
        by,
        why,
        candidates,
        route.primary(),
        left(resource, route),
        allowDeletes,
        group,
        undoes,
        world.records().time());
  }

  private Begun joinOrRefuse(Intent other, RollbackRequest request) {
    if (other.requestHash().equals(request.hash())) {
      return new Begun.Joined(
          other.correlation(),
          new RollbackRecords(world.records(), other.resource(), other.epochBefore()).has("done"));
    }
    return new Begun.Refused(
        "rollback %s of %s is running and was asked for with other words"
            .formatted(other.correlation(), other.resource()));
  }

  private Optional<String> wrongMode(Resource resource, Optional<RollbackMode> mode) {
    return mode.filter(wanted -> wanted != RollbackMode.RESTORE)
        .filter(wanted -> resource.replica().isEmpty())
        .map(wanted ->
            "%s has no shadow of type full with a replica, so it can only be restored"
                .formatted(resource.name()));
  }

  /// A resource that is served from its shadow already is repaired there.
  private RollbackMode mode(Resource resource, Route route, Optional<RollbackMode> asked) {
    RollbackMode mode = asked.orElse(resource.rollback());
    return atHome(resource, route) ? mode : RollbackMode.RESTORE;
  }

  private static boolean atHome(Resource resource, Route route) {
    return route.primary().equals(new Location(resource.cell(), resource.location().toString()));
  }

  /// What the rollback that made the current route left behind its fence.
  private Optional<Left> left(Resource resource, Route route) {
    return RollbackRecords.causing(world.records(), resource.name(), route.cause())
        .flatMap(RollbackRecords::done)
        .flatMap(DoneStep::left)
        .filter(left -> !left.location().equals(route.primary()));
  }

  // ---- undo

  private Begun undo(RollbackRequest request, Target.OfRollback of) {
    Optional<RollbackRecords> single =
        RollbackRecords.of(world.records(), of.rollback()).filter(one -> one.intent().isPresent());
    if (single.isPresent()) {
      Intent undone = single.get().intent().orElseThrow();
      if (undone.group().isPresent()) {
        return new Begun.Refused(
            "%s belongs to the group %s: undo the group"
                .formatted(of.rollback(), undone.group().get()));
      }
      return undoOne(request, single.get(), undone);
    }
    Optional<GroupLog> log = GroupLog.of(world.records(), of.rollback());
    Optional<Group> group = log.flatMap(one -> one.get(of.rollback()));
    if (group.isEmpty()) {
      return new Begun.Refused("unknown rollback '" + of.rollback() + "'");
    }
    List<Group.Member> members = new ArrayList<>();
    for (Group.Member member : group.get().members()) {
      RollbackRecords records =
          new RollbackRecords(world.records(), member.resource(), member.epochBefore());
      Undoable undoable = undoable(records);
      if (undoable.refusal().isPresent()) {
        return new Begun.Refused(undoable.refusal().get());
      }
      Resource resource = world.catalogue().resource(member.resource()).orElseThrow();
      Route route = firstRoutes.of(resource);
      members.add(
          new Group.Member(
              member.resource(),
              route.epoch(),
              undoMode(undoable.intent().orElseThrow(), route),
              List.of(undoable.candidate().orElseThrow()),
              "undoes " + of.rollback(),
              Optional.of(records.id())));
    }
    return group(request, log.get(), members.reversed());
  }

  private Begun undoOne(RollbackRequest request, RollbackRecords records, Intent undone) {
    Optional<Resource> resource = world.catalogue().resource(undone.resource());
    if (resource.isEmpty()) {
      return new Begun.Refused("unknown resource '" + undone.resource() + "'");
    }
    Route route = firstRoutes.of(resource.get());
    Optional<Intent> other = running.of(undone.resource(), route);
    if (other.isPresent()) {
      return joinOrRefuse(other.get(), request);
    }
    Undoable undoable = undoable(records);
    if (undoable.refusal().isPresent()) {
      return new Begun.Refused(undoable.refusal().get());
    }
    return intend(
        request,
        resource.get(),
        route,
        undoMode(undone, route),
        List.of(undoable.candidate().orElseThrow()),
        request.reason() + "; undoes " + undone.rollback(),
        Optional.of(undone.rollback()));
  }

  /// A switch is undone by switching back to where it came from; anything else in place.
  private static RollbackMode undoMode(Intent undone, Route route) {
    boolean elsewhere = !route.primary().equals(undone.source());
    return undone.mode() == RollbackMode.SWITCH && elsewhere
        ? RollbackMode.SWITCH
        : RollbackMode.RESTORE;
  }

  private record Undoable(
      Optional<Intent> intent, Optional<Candidate> candidate, Optional<String> refusal) {
    static Undoable refused(String reason) {
      return new Undoable(Optional.empty(), Optional.empty(), Optional.of(reason));
    }
  }

  private Undoable undoable(RollbackRecords records) {
    Optional<DoneStep> done = records.done();
    if (done.isEmpty()) {
      return Undoable.refused("rollback " + records.id() + " is still running");
    }
    Optional<PointRef> ref =
        done.get()
            .undo()
            .or(() -> records.read("late-undo", Steps.UndoStep.class).flatMap(Steps.UndoStep::ref));
    if (ref.isEmpty()) {
      return Undoable.refused(
          "rollback %s has no undo point: %s".formatted(records.id(), done.get().state()));
    }
    return world
        .stores()
        .shadows(ref.get().cell())
        .point(ref.get().point())
        .map(point ->
            new Undoable(
                records.intent(), Optional.of(Candidate.of(ref.get(), point)), Optional.empty()))
        .orElseGet(() ->
            Undoable.refused(
                "the undo point %s of %s has expired".formatted(ref.get(), records.id())));
  }

  // ---- groups

  private Begun update(RollbackRequest request, Target.OfUpdate of) {
    Optional<UpdateRecords.Request> update = updates.request(of.updateId());
    if (update.isEmpty()) {
      return new Begun.Refused("unknown update '" + of.updateId() + "'");
    }
    Map<ResourceName, Candidate> pinned = new LinkedHashMap<>();
    for (ResourceName name : update.get().closure()) {
      Optional<UpdateRecords.Shadowed> shadowed = updates.shadowed(of.updateId(), name);
      if (shadowed.isEmpty()) {
        return new Begun.Refused(
            "update %s has no shadow of %s, so there is nothing to go back to"
                .formatted(of.updateId(), name));
      }
      PointRef ref = shadowed.get().points().getFirst();
      world
          .stores()
          .shadows(ref.cell())
          .point(ref.point())
          .ifPresent(point -> pinned.put(name, Candidate.of(ref, point)));
      if (!pinned.containsKey(name)) {
        return new Begun.Refused(
            "the point %s of update %s has expired".formatted(ref, of.updateId()));
      }
    }
    return cut(
        request,
        GroupLog.ofUpdate(world.records(), of.updateId()),
        pinned,
        "the point taken before update " + of.updateId());
  }

  private Begun cell(RollbackRequest request, Target.OfCell of) {
    if (world.catalogue().cell(of.cell()).isEmpty()) {
      return new Begun.Refused("unknown cell '" + of.cell() + "'");
    }
    Map<ResourceName, Candidate> first = new LinkedHashMap<>();
    List<ResourceName> names = world.catalogue().resources().stream().map(Resource::name).toList();
    for (ResourceName name : world.catalogue().closure(names)) {
      Resource resource = world.catalogue().resource(name).orElseThrow();
      if (!firstRoutes.of(resource).primary().cell().equals(of.cell())) {
        continue;
      }
      switch (choosePoint.choose(resource, request.to(), request.cutoff())) {
        case Choice.Chosen chosen -> first.put(name, chosen.candidates().getFirst());
        case Choice.Nothing nothing -> {
          return new Begun.Refused(nothing.reason());
        }
      }
    }
    if (first.isEmpty()) {
      return new Begun.Refused("no resource is served from cell " + of.cell());
    }
    return cut(
        request,
        GroupLog.ofCell(world.records(), of.cell()),
        first,
        "everything served from cell " + of.cell());
  }

  private Begun cut(
      RollbackRequest request, GroupLog log, Map<ResourceName, Candidate> first, String why) {
    Map<ResourceName, List<Candidate>> usable = new LinkedHashMap<>();
    first.forEach((name, candidate) ->
        usable.put(
            name,
            choosePoint.choose(
                        world.catalogue().resource(name).orElseThrow(),
                        Optional.empty(),
                        Optional.of(candidate.time()))
                    instanceof Choice.Chosen chosen
                ? chosen.candidates()
                : List.of()));
    Map<ResourceName, List<Candidate>> cuts =
        Cuts.behind(first, usable, ChoosePoint.MAX_CANDIDATES);
    List<Group.Member> members = new ArrayList<>();
    for (ResourceName name : first.keySet()) {
      Resource resource = world.catalogue().resource(name).orElseThrow();
      Route route = firstRoutes.of(resource);
      Optional<String> wrongMode = wrongMode(resource, request.mode());
      if (wrongMode.isPresent()) {
        return new Begun.Refused(wrongMode.get());
      }
      members.add(
          new Group.Member(
              name,
              route.epoch(),
              mode(resource, route, request.mode()),
              cuts.getOrDefault(name, List.of()),
              request.reason() + "; " + why,
              Optional.empty()));
    }
    return group(request, log, members);
  }

  private Begun group(RollbackRequest request, GroupLog log, List<Group.Member> members) {
    Optional<Numbered<Group>> last = log.last();
    if (last.isPresent()) {
      Group before = last.get().record();
      boolean same = before.requestHash().equals(request.hash());
      if (!over(before)) {
        return same
            ? new Begun.Joined(before.id(), false)
            : new Begun.Refused(
                "rollback %s is running and was asked for with other words".formatted(before.id()));
      }
      if (same && unchangedSince(before)) {
        return new Begun.Joined(before.id(), true);
      }
    }
    for (Group.Member member : members) {
      Route route = world.routes().current(member.resource()).orElseThrow();
      Optional<Intent> other = running.of(member.resource(), route);
      if (other.isPresent()) {
        return new Begun.Refused(
            "rollback %s of %s is running".formatted(other.get().correlation(), member.resource()));
      }
    }
    long number = last.map(Numbered::number).orElse(0L) + 1;
    Group group =
        new Group(
            log.id(number),
            request.hash(),
            members,
            request.by(),
            request.allowDeletes(),
            request.reason(),
            world.records().time());
    world.openWork().opened(OpenWork.Kind.GROUPS, group.id());
    return switch (log.append(number, group)) {
      case Outcome.Created<Group> ignored -> new Begun.Accepted(group.id());
      case Outcome.Exists<Group> exists ->
          exists.record().requestHash().equals(request.hash())
              ? new Begun.Joined(exists.record().id(), false)
              : new Begun.Refused("rollback %s came first".formatted(exists.record().id()));
    };
  }

  private boolean over(Group group) {
    return group.members().stream()
        .allMatch(member ->
            new RollbackRecords(world.records(), member.resource(), member.epochBefore())
                .has("done"));
  }

  /// Whether every member still is what the group made of it: same epoch, same content.
  private boolean unchangedSince(Group group) {
    for (Group.Member member : group.members()) {
      DoneStep done =
          new RollbackRecords(world.records(), member.resource(), member.epochBefore())
              .done()
              .orElseThrow();
      Resource resource = world.catalogue().resource(member.resource()).orElseThrow();
      Route route = firstRoutes.of(resource);
      if (done.terminal() != Steps.Terminal.SERVING
          || !done.epochAfter().equals(route.epoch())
          || done.point().isEmpty()) {
        return false;
      }
      PointRef ref = done.point().get();
      var content = world.fence().content(resource, route.primary());
      if (content.isEmpty()) {
        return false;
      }
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
