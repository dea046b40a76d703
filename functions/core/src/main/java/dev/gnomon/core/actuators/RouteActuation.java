package dev.gnomon.core.actuators;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.routes.Route;

/// Applies a route through every actuator of its resource, in the order they are declared.
@FunctionalInterface
public interface RouteActuation {
  /// @return the first outcome that is not `Done`, else `Done`
  Actuator.Applied apply(Resource resource, Route route);
}
