package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import java.util.Optional;

/// Which rollback brought a resource to where it is served. A place that is repaired where it
/// serves, by automation, was not chosen by that: whoever brought the resource there still owes its
/// return.
final class Brought {
  /// More repairs in a row are not looked behind.
  private static final int MAX_REPAIRS = 1000;

  private final ControlRecords records;
  private final RouteTable routes;

  Brought(ControlRecords records, RouteTable routes) {
    this.records = records;
    this.routes = routes;
  }

  /// Behind repairs, whether they have ended or not.
  Optional<RollbackRecords> by(Route current) {
    return by(current, false);
  }

  /// The same; empty while a repair goes on, or if it left nothing that serves.
  Optional<RollbackRecords> atRest(Route current) {
    return current.state() == RouteState.SERVING ? by(current, true) : Optional.empty();
  }

  private Optional<RollbackRecords> by(Route current, boolean ended) {
    Location place = current.primary();
    Route route = current;
    for (int repairs = 0; repairs < MAX_REPAIRS; repairs++) {
      Optional<RollbackRecords> moved =
          RollbackRecords.causing(records, route.resource(), route.cause());
      Optional<Intent> repair =
          moved.flatMap(RollbackRecords::intent).filter(Brought::repairsInPlace);
      if (repair.isEmpty()) {
        return moved;
      }
      if (ended && !moved.get().has("done")) {
        return Optional.empty();
      }
      Optional<Route> before =
          routes
              .at(route.resource(), repair.get().epochBefore())
              .filter(one -> one.primary().equals(place));
      if (before.isEmpty()) {
        return moved;
      }
      route = before.get();
    }
    return Optional.empty();
  }

  private static boolean repairsInPlace(Intent intent) {
    return intent.by() == By.AUTOMATION && intent.mode() == RollbackMode.RESTORE;
  }
}
