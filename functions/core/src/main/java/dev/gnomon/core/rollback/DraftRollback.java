package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.rollback.BeginRollback.Draft;
import dev.gnomon.core.rollback.BeginRollback.Drafted;
import dev.gnomon.core.rollback.ChoosePoint.Choice;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.routes.Route;
import java.util.List;
import java.util.Optional;

/// Works out what a request amounts to: which resources, which points, which mode. Makes the points
/// of moments, and writes nothing else.
final class DraftRollback {
  private final Surroundings world;
  private final FirstRoutes firstRoutes;
  private final ChoosePoint choosePoint;
  private final Running running;
  private final StandingGroups groups;
  private final DraftCut cuts;
  private final DraftUndo undos;
  private final ChooseDestination destinations;

  DraftRollback(Surroundings world, ChoosePoint choosePoint) {
    this.world = world;
    this.firstRoutes = new FirstRoutes(world.routes(), world.actuators());
    this.choosePoint = choosePoint;
    this.running = new Running(world.records());
    this.groups = new StandingGroups(world, firstRoutes, running);
    this.cuts = new DraftCut(world, firstRoutes, choosePoint, groups);
    this.undos = new DraftUndo(world, firstRoutes, running, groups);
    this.destinations = new ChooseDestination(world);
  }

  Drafted of(RollbackRequest request) {
    return switch (request.target()) {
      case Target.OfResource of -> resource(request, of);
      case Target.OfCell of -> cuts.cell(request, of);
      case Target.OfUpdate of -> cuts.update(request, of);
      case Target.OfRollback of -> undos.of(request, of);
    };
  }

  Drafted.Runs running(Intent intent) {
    return groups.runs(intent);
  }

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
    Optional<Group> group = groups.announced(resource.name());
    if (group.isPresent()) {
      return new Drafted.Refused(
          "rollback %s of %s is running".formatted(group.get().id(), resource.name()));
    }
    Optional<RollbackMode> asked = Modes.asked(resource, route, request);
    Optional<String> wrongMode = Modes.refused(resource, route, asked);
    if (wrongMode.isPresent()) {
      return new Drafted.Refused(wrongMode.get());
    }
    return switch (choosePoint.choose(resource, route.epoch(), request.to(), request.cutoff())) {
      case Choice.Nothing nothing -> new Drafted.Refused(nothing.reason());
      case Choice.Chosen chosen ->
          drafted(request, resource, route, Modes.of(resource, route, asked), chosen);
    };
  }

  private Drafted drafted(
      RollbackRequest request,
      Resource resource,
      Route route,
      RollbackMode mode,
      Choice.Chosen chosen) {
    return switch (destinations.of(
        resource, route, mode, request, chosen.candidates().getFirst())) {
      case ChooseDestination.Chosen.Refused refused -> new Drafted.Refused(refused.reason());
      case ChooseDestination.Chosen.Cell cell ->
          new Drafted.Fresh(
              List.of(
                  new Draft(
                      resource,
                      route,
                      mode,
                      chosen.candidates(),
                      cell.after(request.reason() + "; " + chosen.why()),
                      Optional.empty(),
                      cell.cell())),
              Optional.empty());
    };
  }
}
