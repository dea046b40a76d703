package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.rollback.FirstRoutes;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/// At start-up every resource gets its route, and every route is made true.
@Singleton
class StartUp {
  private static final Logger LOG = Logger.getLogger(StartUp.class);

  private final Catalogue catalogue;
  private final FirstRoutes firstRoutes;

  @Inject
  StartUp(Catalogue catalogue, FirstRoutes firstRoutes) {
    this.catalogue = catalogue;
    this.firstRoutes = firstRoutes;
  }

  void start(@Observes @Priority(100) StartupEvent event) {
    for (Resource resource : catalogue.resources()) {
      if (resource.cell().equals(catalogue.control())) {
        LOG.warnf(
            "%s lies in cell %s, which also holds the control store: they share a failure domain",
            resource.name(), resource.cell());
      }
      firstRoutes
          .apply(resource)
          .ifPresent(
              reason -> LOG.errorf("the route of %s is not applied: %s", resource.name(), reason));
    }
    LOG.infof(
        "%d resources in %d cells, control store in %s",
        catalogue.resources().size(),
        catalogue.cells().stream().map(Cell::name).distinct().count(),
        catalogue.control());
  }
}
