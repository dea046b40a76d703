package dev.gnomon.filesystem.actuators;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Automation;
import dev.gnomon.core.catalogue.Hooks;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.catalogue.Limits;
import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.catalogue.OnFail;
import dev.gnomon.core.catalogue.Priority;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Routes of a resource named site.
final class Routes {
  private Routes() {}

  static Resource resource(ActuatorSpec... actuators) {
    return new Resource(
        new ResourceName("site"),
        new CellName("east"),
        Path.of("/srv/site"),
        Priority.NORMAL,
        List.of(),
        RollbackMode.SWITCH,
        Automation.AUTO,
        false,
        List.of(),
        Keep.DEFAULT,
        Hooks.NONE,
        OnChange.RETRY,
        List.of(actuators),
        List.of(),
        OnFail.ROLLBACK,
        OnFail.NOTIFY,
        Limits.DEFAULT,
        Optional.empty());
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
