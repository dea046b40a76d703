package dev.gnomon.core.routes;

import dev.gnomon.core.ids.ResourceName;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// A route index of one process, for installations without Redis. Other processes' switches are
/// seen when somebody reads the objects, so it suits only a process that makes all switches itself.
public final class InMemoryRouteIndex implements RouteIndex {
  private final ConcurrentHashMap<ResourceName, Route> routes = new ConcurrentHashMap<>();

  @Override
  public Optional<Route> get(ResourceName resource) {
    return Optional.ofNullable(routes.get(resource));
  }

  @Override
  public boolean offer(Route route) {
    Route held =
        routes.merge(
            route.resource(),
            route,
            (old, offered) -> offered.epoch().compareTo(old.epoch()) > 0 ? offered : old);
    return held.equals(route);
  }

  @Override
  public void discard(Route route) {
    routes.computeIfPresent(
        route.resource(), (name, held) -> held.epoch().equals(route.epoch()) ? null : held);
  }

  /// Forgets everything, as a restart would.
  public void clear() {
    routes.clear();
  }
}
