package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.control.ClockSkew;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Homes;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.UUID;
import org.jboss.logging.Logger;

/// At start-up every resource gets its route, and every route is made true, if this process keeps
/// watch.
@Singleton
class StartUp {
  private static final Logger LOG = Logger.getLogger(StartUp.class);

  private final Catalogue catalogue;
  private final CellObjects cells;
  private final FirstRoutes firstRoutes;
  private final UnappliedRoutes unapplied;

  private final Homes homes;
  private final boolean onlyWebhooks;
  private final boolean keepsWatch;

  @Inject
  StartUp(
      Catalogue catalogue,
      CellObjects cells,
      FirstRoutes firstRoutes,
      UnappliedRoutes unapplied,
      ControlRecords records,
      ProtectSettings settings) {
    this.onlyWebhooks = settings.onlyWebhooks();
    this.keepsWatch = settings.keepsWatch();
    this.unapplied = unapplied;
    this.catalogue = catalogue;
    this.cells = cells;
    this.firstRoutes = firstRoutes;
    this.homes = new Homes(records);
  }

  void start(@Observes @Priority(100) StartupEvent event) {
    if (onlyWebhooks) {
      admit(catalogue.control());
      return;
    }
    catalogue.cells().forEach(cell -> admit(cell.name()));
    catalogue.cells().forEach(cell -> compareClocks(cell.name()));
    if (keepsWatch) {
      makeRoutesTrue();
    }
    LOG.infof(
        "%d resources in %d cells, control store in %s",
        catalogue.resources().size(),
        catalogue.cells().stream().map(Cell::name).distinct().count(),
        catalogue.control());
  }

  private void makeRoutesTrue() {
    for (Resource resource : catalogue.resources()) {
      if (resource.cell().equals(catalogue.control())) {
        LOG.warnf(
            "%s lies in cell %s, which also holds the control store: they share a failure domain",
            resource.name(), resource.cell());
      }
      try {
        firstRoutes
            .apply(resource)
            .ifPresent(reason -> {
              LOG.errorf("the route of %s is not applied: %s", resource.name(), reason);
              unapplied.add(resource.name(), reason);
            });
        homes.remember(resource);
      } catch (ObjectStoreException e) {
        LOG.warnf("the route of %s is not known yet: %s", resource.name(), e.getMessage());
      }
    }
  }

  /// A cell whose create can't be trusted, or that can never be used as it is, stops the start-up.
  /// One that is away is asked again at the next start; until then its faults are retried like any
  /// other.
  private void admit(CellName cell) {
    try {
      CellProbe.require(cells.of(cell), () -> UUID.randomUUID().toString())
          .reservation()
          .ifPresent(reservation -> LOG.warnf("cell %s: %s", cell, reservation));
    } catch (ObjectStoreException e) {
      if (e.kind() == ObjectStoreException.Kind.PERMANENT) {
        throw new IllegalStateException("cell %s: %s".formatted(cell, e.getMessage()), e);
      }
      LOG.warnf("cell %s is away: %s", cell, e.getMessage());
    }
  }

  /// Only after every cell was admitted, so that one that can't be used is named itself.
  private void compareClocks(CellName cell) {
    try {
      ObjectStore control = cells.of(catalogue.control());
      ClockSkew.beyond(
              control.time(), cells.of(cell).time(), control.time(), catalogue.clockTolerance())
          .ifPresent(skew ->
              LOG.errorf(
                  "the clock of cell %s disagrees with that of the control cell %s: %s. Times of its points can't be compared with onsets",
                  cell, catalogue.control(), skew));
    } catch (ObjectStoreException e) {
      LOG.warnf("the clock of cell %s is not known: %s", cell, e.getMessage());
    }
  }
}
