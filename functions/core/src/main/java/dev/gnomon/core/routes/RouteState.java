package dev.gnomon.core.routes;

/// Whether the primary of a route may be written.
public enum RouteState {
  /// Reads and writes go to the primary.
  SERVING,
  /// Nobody writes; reads may be answered from the primary or from a point.
  FROZEN
}
