package dev.gnomon.core.routes;

/// Outcome of [RouteTable#advance].
public sealed interface Switch {
  /// This call made the route; it is durable.
  ///
  /// @param route the stored route, with the control store's time
  record Moved(Route route) implements Switch {}

  /// Another switch holds that epoch. Read, decide again. A step that runs a second time finds its
  /// own earlier route so: it is known by its cause ([RouteTable#at]).
  ///
  /// @param current the newest route, its epoch is at least the one asked for
  record Overtaken(Route current) implements Switch {}
}
