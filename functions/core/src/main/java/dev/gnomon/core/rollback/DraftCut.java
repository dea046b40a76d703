package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.BeginRollback.Draft;
import dev.gnomon.core.rollback.BeginRollback.Drafted;
import dev.gnomon.core.rollback.ChoosePoint.Choice;
import dev.gnomon.core.rollback.RollbackRequest.Target;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.update.UpdateRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Works out one state that several resources go back to together: those of an update, or all that
/// a cell serves.
final class DraftCut {
  private final Surroundings world;
  private final FirstRoutes firstRoutes;
  private final ChoosePoint choosePoint;
  private final StandingGroups groups;
  private final UpdateRecords updates;
  private final ChooseDestination destinations;

  DraftCut(
      Surroundings world, FirstRoutes firstRoutes, ChoosePoint choosePoint, StandingGroups groups) {
    this.world = world;
    this.firstRoutes = firstRoutes;
    this.choosePoint = choosePoint;
    this.groups = groups;
    this.updates = new UpdateRecords(world.records());
    this.destinations = new ChooseDestination(world);
  }

  Drafted update(RollbackRequest request, Target.OfUpdate of) {
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

  Drafted cell(RollbackRequest request, Target.OfCell of) {
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
      usable.put(resource.name(), choosePoint.points(resource, candidate.time()));
    });
    boolean moments = first.values().stream().anyMatch(Choice.Chosen::moment);
    Map<ResourceName, List<Candidate>> cuts =
        Cuts.behind(named, usable, ChoosePoint.MAX_CANDIDATES - (moments ? 1 : 0));
    List<Draft> drafts = new ArrayList<>();
    for (Map.Entry<Resource, Choice.Chosen> entry : first.entrySet()) {
      Resource resource = entry.getKey();
      Choice.Chosen chosen = entry.getValue();
      Route route = firstRoutes.of(resource);
      Optional<RollbackMode> asked = Modes.asked(resource, route, request);
      Optional<String> wrongMode = Modes.refused(resource, route, asked);
      if (wrongMode.isPresent()) {
        return new Drafted.Refused(wrongMode.get());
      }
      RollbackMode mode = Modes.of(resource, route, asked);
      List<Candidate> candidates = new ArrayList<>();
      if (moments) {
        candidates.add(chosen.candidates().getFirst());
      }
      candidates.addAll(cuts.getOrDefault(resource.name(), List.of(chosen.points().getFirst())));
      switch (destinations.of(resource, route, mode, request, candidates.getFirst())) {
        case ChooseDestination.Chosen.Refused refused -> {
          return new Drafted.Refused(refused.reason());
        }
        case ChooseDestination.Chosen.Cell cell ->
            drafts.add(
                new Draft(
                    resource,
                    route,
                    mode,
                    candidates,
                    cell.after(request.reason() + "; " + chosen.why()),
                    Optional.empty(),
                    cell.cell()));
      }
    }
    return groups.begin(request, log, drafts);
  }
}
