package dev.gnomon.protect;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.runtime.health.Dependency;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Routes that could not be made true at the start; shown by readiness until the route moves on.
@Singleton
class UnappliedRoutes {
  private final RouteTable routes;
  private final Map<ResourceName, Unapplied> unapplied = new ConcurrentHashMap<>();

  /// @param route the current one when it was tried; absent if it could not be asked for
  private record Unapplied(Optional<Route> route, String reason) {}

  @Inject
  UnappliedRoutes(RouteTable routes) {
    this.routes = routes;
  }

  void add(ResourceName resource, String reason) {
    unapplied.put(resource, new Unapplied(routes.current(resource), reason));
  }

  /// One for each; none is required, since a rollback may be what mends it.
  List<Dependency> dependencies() {
    return unapplied.entrySet().stream()
        .map(entry ->
            new Dependency(
                "route of " + entry.getKey(), false, () -> look(entry.getKey(), entry.getValue())))
        .toList();
  }

  private void look(ResourceName resource, Unapplied one) {
    Optional<Route> now = routes.current(resource);
    if (now.map(Route::epoch).equals(one.route().map(Route::epoch))) {
      throw new IllegalStateException("not applied: " + one.reason());
    }
    unapplied.remove(resource, one);
  }
}
