package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Destinations;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Destinations that are put together after the world that asks for them.
final class Later implements Destinations {
  volatile Destinations then = DECLARED;

  @Override
  public Preferred prefer(
      Resource resource,
      Route route,
      By by,
      List<CellName> cells,
      Predicate<CellName> servesAtOnce) {
    return then.prefer(resource, route, by, cells, servesAtOnce);
  }

  @Override
  public Optional<String> tooEarly(Resource resource, Route route, Location home) {
    return then.tooEarly(resource, route, home);
  }
}
