package dev.gnomon.filesystem.actuators;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.verification.catalogue.PlainResource;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/// Routes of a resource named site.
final class Routes {
  private Routes() {}

  static Resource resource(ActuatorSpec... actuators) {
    return PlainResource.directory("site", Path.of("/srv/site"))
        .rollback(RollbackMode.SWITCH)
        .actuators(actuators)
        .resource();
  }

  static Route route(long epoch, String path) {
    return new Route(
        new ResourceName("site"),
        new Epoch(epoch),
        RouteState.FROZEN,
        new Location(new CellName("west"), path),
        List.of(),
        Fenced.ENFORCED,
        "rollbacks/site/2/intent",
        Instant.EPOCH);
  }
}
