package dev.gnomon.predict;

import dev.gnomon.core.prediction.ModelInUse;
import dev.gnomon.runtime.health.Dependencies;
import dev.gnomon.runtime.health.Dependency;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/// What taking telemetry in depends on.
@Singleton
class PredictReady implements Dependencies {
  private final PredictSources sources;
  private final ModelInUse models;

  @Inject
  PredictReady(PredictSources sources, ModelInUse models) {
    this.sources = sources;
    this.models = models;
  }

  /// Predictions go on without what is wrong here: with the model that served before, with the
  /// shipped one or with the plain rule.
  private void models() {
    ModelInUse.Status status = models.status();
    List<String> wrong = new ArrayList<>();
    status.away().ifPresent(why -> wrong.add("the shelf can't be asked: " + why));
    wrong.addAll(status.serving().refused());
    if (status.drifted()) {
      wrong.add("the model does not fit what happens here");
    }
    if (!wrong.isEmpty()) {
      throw new IllegalStateException(
          "%s; %s estimates".formatted(String.join("; ", wrong), status.estimates()));
    }
  }

  @Override
  public List<Dependency> dependencies() {
    List<Dependency> all = new ArrayList<>(sources.dependencies());
    all.add(new Dependency("trained models", false, this::models));
    return all;
  }
}
