package dev.gnomon.protect;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.decision.Effort;
import dev.gnomon.core.decision.Estimates;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.MeasuredRollbacks;
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
  private final ControlRecords records;

  @Inject
  Plans(PlanRollback plans, ControlRecords records) {
    this.plans = plans;
    this.records = records;
  }

  /// One resource of a plan as people see it.
  ///
  /// @param estimatedSeconds until users are served again
  /// @param estimate what that rests on
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
      String fence,
      double estimatedSeconds,
      String estimate) {
    static Line of(Planned planned, ControlRecords records) {
      var delta = planned.delta();
      Effort effort =
          new Estimates(MeasuredRollbacks.of(records, planned.resource(), planned.epochBefore()))
              .serving(planned.exact(), delta.bytesToWrite());
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
          planned.fence(),
          effort.seconds(),
          effort.basis());
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
                          possible.resources().stream()
                              .map(planned -> Line.of(planned, records))
                              .toList());
                  case PlanRollback.Outcome.Refused refused ->
                      new Plan(false, Optional.of(refused.reason()), List.of());
                }));
  }
}
