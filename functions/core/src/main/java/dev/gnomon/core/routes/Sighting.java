package dev.gnomon.core.routes;

/// A route and where it was seen.
public record Sighting(Route route, Source source) {
  /// Where the answer came from.
  public enum Source {
    /// The objects: this was the current route while the call ran.
    OBJECTS,
    /// The index: it may be behind.
    INDEX
  }
}
