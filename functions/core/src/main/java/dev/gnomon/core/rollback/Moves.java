package dev.gnomon.core.rollback;

import dev.gnomon.core.actuators.Actuator.Applied;
import dev.gnomon.core.actuators.Actuators;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.rollback.Run.TroubleException;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Switch;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/// Moves of a route, each known by its cause: run again, a move finds the epoch it made before.
final class Moves {
  private final RouteTable routes;
  private final Actuators actuators;
  private final Fence fence;

  Moves(RouteTable routes, Actuators actuators, Fence fence) {
    this.routes = routes;
    this.actuators = actuators;
    this.fence = fence;
  }

  /// Outcome of a move.
  sealed interface Move {
    record Made(Route route) implements Move {}

    record Overtaken(Route current) implements Move {}
  }

  /// Makes the route of the next epoch, unless the current one is not this rollback's to move.
  ///
  /// @param cause names the move; the route it made before is recognised by it
  /// @param ours whether a route that was made since `from` is this rollback's to move
  /// @param from epoch this rollback began from
  Move move(
      Resource resource,
      Predicate<Route> ours,
      Epoch from,
      String cause,
      RouteState state,
      Location primary,
      Fenced fenced) {
    while (true) {
      Route current =
          routes
              .current(resource.name())
              .orElseThrow(() -> new IllegalStateException(resource.name() + " has no route"));
      Optional<Route> made = madeBefore(resource, current, from, cause);
      if (made.isPresent()) {
        return new Move.Made(made.get());
      }
      if (!current.epoch().equals(from) && !ours.test(current)) {
        return new Move.Overtaken(current);
      }
      Set<Location> others = new LinkedHashSet<>(current.shadows());
      others.add(current.primary());
      others.remove(primary);
      Route next =
          new Route(
              resource.name(),
              current.epoch().next(),
              state,
              primary,
              List.copyOf(others),
              fenced,
              cause,
              Instant.EPOCH);
      if (routes.advance(next) instanceof Switch.Moved moved) {
        return new Move.Made(moved.route());
      }
    }
  }

  /// Makes a SERVING or FROZEN route true outside: the symbolic link, the service, the webhook.
  ///
  /// @throws Unavailable if it could not be applied but may be later
  /// @throws NotAppliedException if it never will be
  void apply(Resource resource, Route route) {
    switch (actuators.apply(resource, route)) {
      case Applied.Done() -> {}
      case Applied.Outdated(long later) -> {
        // A move that comes late; but nobody may have acted for a later epoch than the current one.
        if (routes
            .current(resource.name())
            .map(Route::epoch)
            .filter(route.epoch()::equals)
            .isPresent()) {
          throw new NotAppliedException(
              "epoch %s of %s could not be applied: an actuator acted for epoch %d already"
                  .formatted(route.epoch(), resource.name(), later));
        }
      }
      case Applied.Failed(String reason, boolean retryable) -> {
        String message =
            "epoch %s of %s could not be applied: %s"
                .formatted(route.epoch(), resource.name(), reason);
        if (retryable) {
          throw new Unavailable(message);
        }
        throw new NotAppliedException(message);
      }
    }
  }

  /// Lifts the fence of a location that serves from this epoch on.
  ///
  /// @return where things lie that writers had put at the fenced place
  /// @throws TroubleException if the location can't be reached
  Optional<String> lift(Resource resource, Location location, Epoch epoch) {
    return switch (fence.release(resource, location, epoch)) {
      case Fence.Release.Lifted lifted -> lifted.strays().map(Object::toString);
      case Fence.Release.Outdated ignored -> Optional.empty();
      case Fence.Release.Unreachable unreachable ->
          throw new TroubleException(
              "the fence of %s can't be lifted: %s".formatted(location, unreachable.reason()));
    };
  }

  private Optional<Route> madeBefore(Resource resource, Route current, Epoch from, String cause) {
    Route route = current;
    while (true) {
      if (route.cause().equals(cause)) {
        return Optional.of(route);
      }
      if (route.epoch().compareTo(from) <= 0) {
        return Optional.empty();
      }
      route =
          routes
              .at(resource.name(), new Epoch(route.epoch().value() - 1))
              .orElseThrow(() -> new IllegalStateException("epochs have no gaps"));
    }
  }

  /// A route that an actuator refuses for good.
  static final class NotAppliedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NotAppliedException(String message) {
      super(message);
    }
  }
}
