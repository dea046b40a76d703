package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Chooses the cell that a resource is switched to: the one that was asked for; home, from a
/// shadow; else the one that is preferred now.
final class ChooseDestination {
  private final Surroundings world;

  ChooseDestination(Surroundings world) {
    this.world = world;
  }

  sealed interface Chosen {
    /// @param cell empty: where the rollback finds by itself, at the only copy or at home
    /// @param why a clause for people; may be empty
    record Cell(Optional<CellName> cell, String why) implements Chosen {
      /// A sentence with this clause behind it.
      String after(String sentence) {
        return why.isEmpty() ? sentence : sentence + "; " + why;
      }
    }

    record Refused(String reason) implements Chosen {}
  }

  private static final Chosen BY_ITSELF = new Chosen.Cell(Optional.empty(), "");

  Chosen of(
      Resource resource,
      Route route,
      RollbackMode mode,
      RollbackRequest request,
      Candidate candidate) {
    CellName serving = route.primary().cell();
    if (request.toCell().isPresent()) {
      return asked(resource, route, mode, request);
    }
    if (mode == RollbackMode.RESTORE) {
      return BY_ITSELF;
    }
    boolean atHome = route.primary().equals(Location.home(resource));
    List<CellName> cells =
        resource.replicas().stream()
            .map(ShadowSpec::cell)
            .filter(cell -> !cell.equals(serving))
            .distinct()
            .toList();
    boolean machine = request.by() == By.AUTOMATION;
    if (!atHome) {
      cells = List.of(resource.cell());
    }
    if (cells.isEmpty() || (!machine && cells.size() == 1)) {
      return BY_ITSELF;
    }
    return switch (world
        .destinations()
        .prefer(resource, route, request.by(), cells, cell -> exact(resource, cell, candidate))) {
      case Destinations.Preferred.Nowhere nowhere -> new Chosen.Refused(nowhere.reason());
      case Destinations.Preferred.Cell cell ->
          cells.size() == 1 ? BY_ITSELF : new Chosen.Cell(Optional.of(cell.cell()), cell.why());
    };
  }

  private boolean exact(Resource resource, CellName cell, Candidate candidate) {
    return world
        .replicas()
        .of(resource, Optional.of(cell))
        .flatMap((Replica replica) -> replica.equal(candidate.content()))
        .isPresent();
  }

  private Chosen asked(Resource resource, Route route, RollbackMode mode, RollbackRequest request) {
    CellName cell = request.toCell().orElseThrow();
    if (mode == RollbackMode.RESTORE) {
      return new Chosen.Refused(
          "mode restore brings %s back where it is served from, %s: it goes to no other cell"
              .formatted(resource.name(), route.primary()));
    }
    if (route.primary().cell().equals(cell)) {
      return new Chosen.Refused("%s is served from %s already".formatted(resource.name(), cell));
    }
    List<CellName> known =
        Stream.concat(
                Stream.of(resource.cell()), resource.replicas().stream().map(ShadowSpec::cell))
            .distinct()
            .toList();
    Location home = Location.home(resource);
    if (cell.equals(home.cell()) && world.fence().content(resource, home).isEmpty()) {
      return new Chosen.Refused(home + " can't be reached");
    }
    if (!known.contains(cell)) {
      return new Chosen.Refused(
          "%s has no copy in cell %s to switch to, expected one of %s"
              .formatted(resource.name(), cell, known));
    }
    return switch (world
        .destinations()
        .prefer(resource, route, request.by(), List.of(cell), any -> false)) {
      case Destinations.Preferred.Nowhere nowhere -> new Chosen.Refused(nowhere.reason());
      case Destinations.Preferred.Cell asked ->
          new Chosen.Cell(Optional.of(cell), "to " + cell + " as asked");
    };
  }
}
