package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Says where a resource is switched to when it has several copies, and when it may come home.
/// Thread-safe.
public interface Destinations {
  /// @param cells in which it has a copy to switch to, other than the one that serves; at least one
  /// @param servesAtOnce whether the copy in a cell holds exactly the chosen point already
  Preferred prefer(
      Resource resource,
      Route route,
      By by,
      List<CellName> cells,
      Predicate<CellName> servesAtOnce);

  /// Why an automatic rollback should not return yet to the repaired primary; empty if it may, or
  /// if nothing is known that speaks against it.
  ///
  /// @param route that serves now
  Optional<String> tooEarly(Resource resource, Route route, Location home);

  /// Outcome of a choice.
  sealed interface Preferred {
    /// @param why a clause with the numbers; empty where there was nothing to choose
    record Cell(CellName cell, String why) implements Preferred {}

    /// @param reason why automation must not switch now
    record Nowhere(String reason) implements Preferred {}
  }

  /// The copy that is declared first, and no objections.
  Destinations DECLARED =
      new Destinations() {
        @Override
        public Preferred prefer(
            Resource resource,
            Route route,
            By by,
            List<CellName> cells,
            Predicate<CellName> servesAtOnce) {
          return new Preferred.Cell(cells.getFirst(), "");
        }

        @Override
        public Optional<String> tooEarly(Resource resource, Route route, Location home) {
          return Optional.empty();
        }
      };
}
