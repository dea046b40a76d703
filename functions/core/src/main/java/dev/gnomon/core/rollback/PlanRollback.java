package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.rollback.BeginRollback.Draft;
import dev.gnomon.core.rollback.BeginRollback.Drafted;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestorePlan;
import dev.gnomon.core.shadow.RestoreRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a rollback would do: chosen by the very code that would begin it. It leaves the resource
/// alone; where a moment of a journal is chosen, its point is made, which the rollback finds.
public final class PlanRollback {
  private final Surroundings world;
  private final BeginRollback begin;

  public PlanRollback(Surroundings world, ChoosePoint choosePoint) {
    this.world = world;
    this.begin = new BeginRollback(world, choosePoint);
  }

  /// Outcome of planning.
  public sealed interface Outcome {
    record Possible(List<Planned> resources) implements Outcome {}

    record Refused(String reason) implements Outcome {}
  }

  /// @param exact whether a location already holds exactly the point, so that the switch serves at
  ///   once
  /// @param delta what would be written to the primary
  public record Planned(
      ResourceName resource,
      RollbackMode mode,
      PointRef point,
      String why,
      Epoch epochBefore,
      boolean exact,
      RestorePlan delta,
      int deleteLimitPercent,
      String fence) {}

  public Outcome of(RollbackRequest request) {
    return switch (begin.draft(request)) {
      case Drafted.Refused refused -> new Outcome.Refused(refused.reason());
      case Drafted.Runs runs -> new Outcome.Refused("rollback " + runs.rollback() + " is running");
      case Drafted.Fresh fresh -> {
        List<Planned> planned = new ArrayList<>();
        for (Draft draft : fresh.drafts()) {
          planned.add(plan(draft));
        }
        yield new Outcome.Possible(planned);
      }
    };
  }

  private Planned plan(Draft draft) {
    Candidate candidate = draft.candidates().getFirst();
    Resource resource = draft.resource();
    Location primary = draft.route().primary();
    Optional<Place> content = world.fence().content(resource, primary);
    RestorePlan delta =
        content
            .map(place ->
                world
                    .stores()
                    .restorer(candidate.point().cell())
                    .plan(
                        new RestoreRequest(candidate.point().point(), place, world.partBytes()),
                        Progress.NONE))
            .orElse(new RestorePlan(0, 0, 0, 0, 0, 0, List.of(), List.of()));
    boolean exact =
        draft.mode() != RollbackMode.RESTORE
            && new ExactPlaces(world, resource, begin.left(draft), draft.target())
                .look(candidate)
                .isPresent();
    return new Planned(
        resource.name(),
        draft.mode(),
        candidate.point(),
        draft.why(),
        draft.route().epoch(),
        exact,
        delta,
        resource.limits().maxDeletePercent(),
        world.fence().capability(resource, primary).why());
  }
}
