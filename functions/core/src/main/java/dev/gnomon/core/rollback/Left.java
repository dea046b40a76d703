package dev.gnomon.core.rollback;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import java.util.Optional;

/// A location that a route moved away from: it stays fenced.
///
/// @param content what it held when it was captured behind its fence, if it was
public record Left(Location location, Fenced fenced, Optional<ContentHash> content) {
  /// Whether the location surely still holds this content.
  public boolean holds(ContentHash wanted) {
    return fenced == Fenced.ENFORCED && content.filter(wanted::equals).isPresent();
  }
}
