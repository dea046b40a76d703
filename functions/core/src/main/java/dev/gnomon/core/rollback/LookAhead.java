package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.rollback.BeginRollback.Draft;
import dev.gnomon.core.rollback.BeginRollback.Drafted;
import dev.gnomon.core.shadow.Point;

/// Looks at what a request would come to, by the very code that would begin it.
record LookAhead(Surroundings world, BeginRollback begin) {
  Prospect.Outcome of(RollbackRequest request) {
    return switch (begin.draft(request)) {
      case Drafted.Refused refused -> new Prospect.Outcome.Refused(refused.reason());
      case Drafted.Runs runs when runs.done() ->
          new Prospect.Outcome.Refused("rollback " + runs.rollback() + " has done it already");
      case Drafted.Runs runs -> new Prospect.Outcome.Runs(runs.rollback());
      case Drafted.Fresh fresh when fresh.group().isPresent() ->
          new Prospect.Outcome.Refused("a group is not looked at as one resource");
      case Drafted.Fresh fresh ->
          new Prospect.Outcome.Possible(prospect(fresh.drafts().getFirst()));
    };
  }

  private Prospect prospect(Draft draft) {
    Candidate candidate = draft.candidates().getFirst();
    boolean exact =
        draft.mode() != RollbackMode.RESTORE
            && new ExactPlaces(world, draft.resource(), begin.left(draft), draft.target())
                .look(candidate)
                .isPresent();
    long bytes =
        world
            .stores()
            .shadows(candidate.point().cell())
            .point(candidate.point().point())
            .map(Point::bytes)
            .orElse(0L);
    return new Prospect(
        draft.resource().name(),
        draft.route().epoch(),
        draft.mode(),
        candidate.point(),
        candidate.time(),
        bytes,
        exact,
        draft.route().primary());
  }
}
