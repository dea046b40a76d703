package dev.gnomon.route;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.runtime.health.Dependency;
import java.util.List;
import java.util.function.Supplier;

/// What the queries read from. The deployable wires its own ([RouteWiring]); a process that embeds
/// this module produces a bean of this type, which then takes its place.
///
/// @param resources those that `GET /routes` shows, those without a route are left out; asked at
///   each request, may throw the control store's fault
/// @param dependencies of these sources, for readiness
public record RouteSources(
    RouteTable table, Supplier<List<ResourceName>> resources, List<Dependency> dependencies) {
  public RouteSources {
    dependencies = List.copyOf(dependencies);
  }
}
