package dev.gnomon.verification.routes;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Switch;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One of several switchers of one resource: reads the current route and makes the next one, again
/// and again, until some racer made the last.
///
/// @param name tells its routes from those of others
/// @param last the epoch at which the race ends
public record RouteRacer(String name, RouteTable table, ResourceName resource, long last) {
  /// Runs the race.
  ///
  /// @return the epochs that this racer was told it made
  /// @throws AssertionError if the table went back, or a switch was won that does not stand
  public List<Long> run() {
    List<Long> won = new ArrayList<>();
    long seen = 0;
    while (seen < last) {
      Optional<Route> current = table.current(resource);
      long now = current.map(route -> route.epoch().value()).orElse(0L);
      if (now < seen) {
        throw new AssertionError("went back from epoch " + seen + " to " + now);
      }
      seen = now;
      if (now == last) {
        break;
      }
      Route next = SampleRoutes.route(resource, new Epoch(now + 1), name + "-" + (now + 1));
      switch (table.advance(next)) {
        case Switch.Moved(Route route) -> {
          if (!route.cause().equals(next.cause())) {
            throw new AssertionError("won with another's route: " + route);
          }
          won.add(route.epoch().value());
          seen = now + 1;
        }
        case Switch.Overtaken(Route newest) -> {
          if (newest.epoch().value() <= now) {
            throw new AssertionError("overtaken at " + next.epoch() + " by " + newest.epoch());
          }
          seen = newest.epoch().value();
        }
      }
    }
    return won;
  }

  /// Checks the outcome of a race: every epoch was won by exactly one racer, and stands as that
  /// racer made it.
  ///
  /// @param wins the epochs of each racer, by their names in the same order
  /// @throws ObjectStoreException if the store is away
  public static void check(
      RouteTable table,
      ResourceName resource,
      long last,
      List<String> names,
      List<List<Long>> wins) {
    for (long epoch = 1; epoch <= last; epoch++) {
      List<String> winners = new ArrayList<>();
      for (int racer = 0; racer < names.size(); racer++) {
        if (wins.get(racer).contains(epoch)) {
          winners.add(names.get(racer) + "-" + epoch);
        }
      }
      String stands = table.at(resource, new Epoch(epoch)).map(Route::cause).orElse("nothing");
      if (!winners.equals(List.of(stands))) {
        throw new AssertionError(
            "epoch " + epoch + " was won by " + winners + ", " + stands + " stands");
      }
    }
    long current = table.current(resource).orElseThrow().epoch().value();
    if (current != last) {
      throw new AssertionError("the race ended at " + last + ", current is " + current);
    }
  }
}
