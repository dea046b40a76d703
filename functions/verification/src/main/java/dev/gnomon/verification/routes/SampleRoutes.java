package dev.gnomon.verification.routes;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import java.time.Instant;
import java.util.List;

/// Routes for tests, told apart by their cause.
public final class SampleRoutes {
  private static final Instant TIME = Instant.parse("2026-02-03T04:05:06.789012345Z");

  private SampleRoutes() {}

  /// A route with every field set to something that an encoding could lose.
  public static Route route(String resource, long epoch, String cause) {
    return new Route(
        new ResourceName(resource),
        new Epoch(epoch),
        epoch % 2 == 0 ? RouteState.FROZEN : RouteState.SERVING,
        new Location(new CellName("east"), "/srv/" + resource + "/größe \"1\" {x}"),
        List.of(new Location(new CellName("west"), "/replica/" + resource)),
        epoch % 2 == 0 ? Fenced.ENFORCED : Fenced.NONE,
        cause,
        TIME);
  }

  public static Route route(ResourceName resource, Epoch epoch, String cause) {
    return route(resource.value(), epoch.value(), cause);
  }
}
