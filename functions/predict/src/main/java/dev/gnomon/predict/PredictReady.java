package dev.gnomon.predict;

import dev.gnomon.runtime.health.Dependencies;
import dev.gnomon.runtime.health.Dependency;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;

/// What taking telemetry in depends on.
@Singleton
class PredictReady implements Dependencies {
  private final PredictSources sources;

  @Inject
  PredictReady(PredictSources sources) {
    this.sources = sources;
  }

  @Override
  public List<Dependency> dependencies() {
    return sources.dependencies();
  }
}
