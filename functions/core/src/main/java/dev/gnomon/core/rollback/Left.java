package dev.gnomon.core.rollback;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;

/// A location that a route moved away from: it stays fenced and its content is known.
///
/// @param content what it held when it was captured behind its fence
public record Left(Location location, Fenced fenced, ContentHash content) {
  /// Whether the location surely still holds this content.
  public boolean holds(ContentHash wanted) {
    return fenced == Fenced.ENFORCED && content.equals(wanted);
  }
}
