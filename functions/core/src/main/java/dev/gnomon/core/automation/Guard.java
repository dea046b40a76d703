package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.rollback.FirstRoutes;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.shadow.Protection;
import dev.gnomon.core.update.UpdateRecords;
import java.util.Optional;

/// Tells captures what rollbacks and updates of a resource are under way.
public final class Guard implements Protection {
  private final FirstRoutes firstRoutes;
  private final Running running;
  private final OpenWork openWork;
  private final UpdateRecords updates;

  public Guard(FirstRoutes firstRoutes, Running running, OpenWork openWork, UpdateRecords updates) {
    this.firstRoutes = firstRoutes;
    this.running = running;
    this.openWork = openWork;
    this.updates = updates;
  }

  @Override
  public Route route(Resource resource) {
    return firstRoutes.of(resource);
  }

  @Override
  public Optional<String> obstacle(Resource resource) {
    Route route = firstRoutes.of(resource);
    Optional<String> busy =
        running
            .of(resource.name(), route)
            .map(intent ->
                "rollback " + intent.correlation() + " of " + resource.name() + " is running");
    return busy.or(() ->
        route.state() == RouteState.FROZEN
            ? Optional.of("the route of " + resource.name() + " is frozen")
            : Optional.empty());
  }

  @Override
  public Optional<UpdateId> openUpdate(Resource resource) {
    return openWork.open(OpenWork.Kind.UPDATES).stream()
        .map(UpdateId::new)
        .filter(id ->
            updates
                .request(id)
                .map(request -> request.closure().contains(resource.name()))
                .orElse(false))
        .filter(id -> updates.ended(id).isEmpty() && updates.blocked(id).isEmpty())
        .findFirst();
  }
}
