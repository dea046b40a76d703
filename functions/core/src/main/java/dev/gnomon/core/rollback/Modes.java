package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import java.util.Optional;

/// In which mode a resource can be rolled back, and is unless somebody asks for another one.
final class Modes {
  private Modes() {}

  /// Why a mode that was asked for can't be; empty if it can.
  static Optional<String> refused(Resource resource, Route route, Optional<RollbackMode> asked) {
    if (asked.isEmpty() || asked.get() == RollbackMode.RESTORE) {
      return Optional.empty();
    }
    if (resource.replica().isEmpty()) {
      return Optional.of(
          "%s has no shadow of type full with a replica, so it can only be restored"
              .formatted(resource.name()));
    }
    return asked.get() == RollbackMode.SWITCH || atHome(resource, route)
        ? Optional.empty()
        : Optional.of(
            "%s is served from its shadow %s since epoch %s: restore it there (mode restore), or switch it back to %s (mode switch)"
                .formatted(
                    resource.name(), route.primary(), route.epoch(), Location.home(resource)));
  }

  /// A resource that is served from its shadow already is repaired there, unless somebody asks to
  /// switch it back.
  static RollbackMode of(Resource resource, Route route, Optional<RollbackMode> asked) {
    return asked.orElse(atHome(resource, route) ? resource.rollback() : RollbackMode.RESTORE);
  }

  /// What is asked for: whoever names a cell wants to be switched there.
  static Optional<RollbackMode> asked(Resource resource, Route route, RollbackRequest request) {
    return request
        .mode()
        .or(() ->
            request
                .toCell()
                .map(cell ->
                    atHome(resource, route) && resource.rollback() != RollbackMode.RESTORE
                        ? resource.rollback()
                        : RollbackMode.SWITCH));
  }

  private static boolean atHome(Resource resource, Route route) {
    return route.primary().equals(Location.home(resource));
  }
}
