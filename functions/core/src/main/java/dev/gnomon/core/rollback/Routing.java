package dev.gnomon.core.rollback;

import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.rollback.Moves.Move;
import dev.gnomon.core.rollback.Steps.AppliedStep;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import java.util.Optional;
import java.util.function.Predicate;

/// The moves of one rollback's route, and whether they could be made true outside.
final class Routing {
  private final Run run;
  private final Moves moves;

  Routing(Run run) {
    this.run = run;
    Surroundings world = run.world();
    this.moves = new Moves(world.routes(), world.actuators(), world.fence());
  }

  /// Makes the next route, or finds that an earlier run made it.
  ///
  /// @param step names the move
  Move move(String step, RouteState state, Location primary, Fenced fenced) {
    return move(step, state, primary, fenced, run::made);
  }

  /// The same, also from a route that repairs in place have made since.
  Move moveBehindRepairs(String step, RouteState state, Location primary, Fenced fenced) {
    return move(
        step,
        state,
        primary,
        fenced,
        route -> run.made(route) || run.brought().atRest(route).filter(run::isThis).isPresent());
  }

  private Move move(
      String step, RouteState state, Location primary, Fenced fenced, Predicate<Route> ours) {
    return moves.move(
        run.resource(),
        ours,
        run.intent().epochBefore(),
        run.owner() + step,
        state,
        primary,
        fenced);
  }

  /// Lifts a fence; see [Moves#lift].
  Optional<String> lift(Location location, Epoch epoch) {
    return moves.lift(run.resource(), location, epoch);
  }

  /// Makes a route true outside, for a while if that does not work at once.
  ///
  /// @return why it is not; empty if it is
  /// @throws Unavailable if it may work later
  Optional<String> applied(Route route) {
    try {
      moves.apply(run.resource(), route);
      return Optional.empty();
    } catch (Moves.NotAppliedException e) {
      return Optional.of(Run.reason(e));
    } catch (Unavailable e) {
      String reason = Run.reason(e);
      if (run.tooLong("apply-" + route.epoch(), reason)) {
        return Optional.of(reason);
      }
      throw e;
    }
  }

  /// The same, once: the first answer of any run of this rollback holds.
  AppliedStep applied(String record, Route route) {
    return run.at()
        .read(record, AppliedStep.class)
        .orElseGet(() -> run.at().write(record, new AppliedStep(route.epoch(), applied(route))));
  }
}
