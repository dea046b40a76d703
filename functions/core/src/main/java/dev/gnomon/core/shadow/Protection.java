package dev.gnomon.core.shadow;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.routes.Route;
import java.util.Optional;

/// What a capture needs to know of updates and rollbacks of a resource.
public interface Protection {
  /// The current route; made if the resource has none yet.
  Route route(Resource resource);

  /// Why no shadow can be taken now, such as a rollback that is running.
  Optional<String> obstacle(Resource resource);

  /// Whether the replica may be brought up to a new point. While an update is open the replica
  /// stays at the update's own point, so that a switch finds it equal to the point from before the
  /// trouble.
  Optional<UpdateId> openUpdate(Resource resource);

  default boolean mayAdvanceReplica(Resource resource, Optional<UpdateId> updateId) {
    return openUpdate(resource).map(open -> Optional.of(open).equals(updateId)).orElse(true);
  }
}
