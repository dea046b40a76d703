package dev.gnomon.route;

import dev.gnomon.runtime.health.Dependencies;
import dev.gnomon.runtime.health.Dependency;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/// What the answers depend on.
@Singleton
class RouteReady implements Dependencies {
  private final RouteSources sources;

  @Inject
  RouteReady(RouteSources sources) {
    this.sources = sources;
  }

  @Override
  public List<Dependency> dependencies() {
    return sources.dependencies();
  }
}
