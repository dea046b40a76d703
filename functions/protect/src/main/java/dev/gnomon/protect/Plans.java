package dev.gnomon.protect;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.PlanRollback;
import dev.gnomon.core.rollback.PlanRollback.Planned;
import dev.gnomon.events.RollbackRequested;
import dev.gnomon.runtime.http.Answer;
import dev.gnomon.runtime.http.Api;
import dev.gnomon.runtime.http.ApiRoutes;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;

/// Dry runs of rollbacks.
@ApplicationScoped
class Plans implements ApiRoutes {
  private final PlanRollback plans;

  @Inject
  Plans(PlanRollback plans) {
    this.plans = plans;
  }

  /// One resource of a plan as people see it.
  record Line(
      ResourceName resource,
      String mode,
      String point,
      String why,
      Epoch epochBefore,
      boolean switchesAtOnce,
      long filesToWrite,
      long bytesToWrite,
      long filesToDelete,
      double deletePercent,
      int deleteLimitPercent,
      boolean overLimit,
      List<String> impossible,
      List<String> examples,
      String fence) {
    static Line of(Planned planned) {
      var delta = planned.delta();
      return new Line(
          planned.resource(),
          planned.mode().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'),
          planned.point().toString(),
          planned.why(),
          planned.epochBefore(),
          planned.exact(),
          delta.filesToWrite(),
          delta.bytesToWrite(),
          delta.filesToDelete(),
          delta.deletePercent(),
          planned.deleteLimitPercent(),
          delta.deletePercent() > planned.deleteLimitPercent(),
          delta.impossible(),
          delta.examples(),
          planned.fence());
    }
  }

  record Plan(boolean possible, Optional<String> reason, List<Line> resources) {}

  @Override
  public void register(Api api) {
    api.post(
        "/plans",
        RollbackRequested.class,
        (request, wanted) ->
            Answer.of(
                switch (plans.of(RollbackRequests.of(wanted))) {
                  case PlanRollback.Outcome.Possible possible ->
                      new Plan(
                          true,
                          Optional.empty(),
                          possible.resources().stream().map(Line::of).toList());
                  case PlanRollback.Outcome.Refused refused ->
                      new Plan(false, Optional.of(refused.reason()), List.of());
                }));
  }
}
