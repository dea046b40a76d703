package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Actuator.Applied;
import dev.gnomon.core.actuators.Actuators;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Switch;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Gives a resource its first route: it is served where the catalogue says that it lies.
public final class FirstRoutes {
  private final RouteTable routes;
  private final Actuators actuators;

  public FirstRoutes(RouteTable routes, Actuators actuators) {
    this.routes = routes;
    this.actuators = actuators;
  }

  /// The current route, made if there is none.
  public Route of(Resource resource) {
    return routes
        .current(resource.name())
        .orElseGet(() ->
            switch (routes.advance(first(resource))) {
              case Switch.Moved moved -> moved.route();
              case Switch.Overtaken overtaken -> overtaken.current();
            });
  }

  /// Makes the current route true outside, for start-up.
  ///
  /// @return why it could not be applied
  public Optional<String> apply(Resource resource) {
    Route route = of(resource);
    while (true) {
      switch (actuators.apply(resource, route)) {
        case Applied.Done() -> {
          return Optional.empty();
        }
        case Applied.Failed(String reason, boolean again) -> {
          return Optional.of(reason);
        }
        case Applied.Outdated(long later) -> {
          Route now = of(resource);
          if (now.epoch().equals(route.epoch())) {
            return Optional.of(
                "epoch %d was applied on this host already, but the control store knows none after %s: it is not the one that those epochs come from, or lost records"
                    .formatted(later, now.epoch()));
          }
          route = now;
        }
      }
    }
  }

  private static Route first(Resource resource) {
    return new Route(
        resource.name(),
        Epoch.FIRST,
        RouteState.SERVING,
        Location.home(resource),
        List.of(),
        Fenced.NONE,
        "catalogue",
        Instant.EPOCH);
  }
}
