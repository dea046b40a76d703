package dev.gnomon.core.rollback;

/// What was to begin from one epoch of a route can't: the route has moved since it was decided.
public final class RouteMovedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  RouteMovedException(String message) {
    super(message);
  }
}
