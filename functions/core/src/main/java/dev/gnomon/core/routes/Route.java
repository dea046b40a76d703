package dev.gnomon.core.routes;

import static java.util.Objects.requireNonNull;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;

/// Where a resource is served, from one epoch to the next.
///
/// @param primary the location that readers and writers use
/// @param shadows the other locations it could be served from
/// @param fenced what is known of the fence around the previous primary
/// @param cause what made this route: an object name or a sentence
/// @param time when it was made, by the control store's clock
public record Route(
    ResourceName resource,
    Epoch epoch,
    RouteState state,
    Location primary,
    List<Location> shadows,
    Fenced fenced,
    String cause,
    Instant time) {
  public Route {
    // A record that lacks a field must not be read as a route.
    requireNonNull(resource, "resource");
    requireNonNull(epoch, "epoch");
    requireNonNull(state, "state");
    requireNonNull(primary, "primary");
    requireNonNull(fenced, "fenced");
    requireNonNull(cause, "cause");
    requireNonNull(time, "time");
    shadows = List.copyOf(shadows);
  }

  public Route withTime(Instant madeAt) {
    return new Route(resource, epoch, state, primary, shadows, fenced, cause, madeAt);
  }
}
