package dev.gnomon.predict;

import dev.gnomon.core.prediction.ModelInUse;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/// What people may ask of the model that estimates in this process.
@ApplicationScoped
class ModelQueries implements ApiRoutes {
  private final ModelInUse models;

  @Inject
  ModelQueries(ModelInUse models) {
    this.models = models;
  }

  /// @param model that serves
  /// @param estimates the model that estimates: the plain rule while the other one does not fit
  /// @param refused why models that should serve do not
  /// @param away why the shelf can't be asked
  /// @param z standard deviations from calibrated
  record InUse(
      String model,
      String estimates,
      List<String> refused,
      Optional<String> away,
      long outcomes,
      double brier,
      double z,
      boolean drifted) {}

  @Override
  public void register(Api api) {
    api.get("/models", request -> Answer.of(inUse(models.status())));
  }

  private static InUse inUse(ModelInUse.Status status) {
    return new InUse(
        status.serving().model().name(),
        status.estimates(),
        status.serving().refused(),
        status.away(),
        status.outcomes(),
        status.brier(),
        status.z(),
        status.drifted());
  }
}
