package dev.gnomon.core.routes;

import dev.gnomon.core.ids.ResourceName;
import java.util.Optional;

/// A fast copy of the newest known routes; may be empty, behind or lost at any time, never ahead of
/// the objects. Thread-safe. An index that is away behaves as an empty one: it never fails its
/// caller.
public interface RouteIndex {
  /// The newest route this index knows.
  Optional<Route> get(ResourceName resource);

  /// Takes a route if its epoch is greater than the one held.
  ///
  /// @return whether the index now holds exactly this route
  boolean offer(Route route);

  /// Forgets what it holds of the route's resource if that has the route's epoch: called with an
  /// entry that the objects contradict. Losing an entry is always safe.
  void discard(Route route);

  /// An index that knows nothing, for a process without Redis.
  static RouteIndex none() {
    return new RouteIndex() {
      @Override
      public Optional<Route> get(ResourceName resource) {
        return Optional.empty();
      }

      @Override
      public boolean offer(Route route) {
        return false;
      }

      @Override
      public void discard(Route route) {}
    };
  }
}
