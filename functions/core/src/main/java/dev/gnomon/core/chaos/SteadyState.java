package dev.gnomon.core.chaos;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.rollback.Running;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether all is as it should be: every resource is served, nothing is rolled back, no update is
/// open, and no place that serves is known to be bad.
public final class SteadyState {
  private final Catalogue catalogue;
  private final RouteTable routes;
  private final Running running;
  private final OpenWork openWork;
  private final Places places;

  /// @param routes read from the objects
  public SteadyState(
      Catalogue catalogue, RouteTable routes, Running running, OpenWork openWork, Places places) {
    this.catalogue = catalogue;
    this.routes = routes;
    this.running = running;
    this.openWork = openWork;
    this.places = places;
  }

  /// What is not as it should be, a sentence each; none: it is steady.
  ///
  /// @param leastMerit of a place that serves, where it is known
  public List<String> against(double leastMerit) {
    try {
      List<String> against = new ArrayList<>();
      catalogue.resources().forEach(resource -> check(resource, leastMerit, against));
      openWork
          .open(OpenWork.Kind.UPDATES)
          .forEach(update -> against.add("update " + update + " is open"));
      openWork
          .open(OpenWork.Kind.GROUPS)
          .forEach(group -> against.add("group rollback " + group + " goes on"));
      return against;
    } catch (ObjectStoreException e) {
      return List.of("the control store can't be read: " + e.getMessage());
    }
  }

  /// The same before trouble is made on purpose: a resource that is away from its old primary until
  /// that is fit again has lost something that it may need.
  public List<String> againstBeginning(double leastMerit) {
    List<String> against = new ArrayList<>(against(leastMerit));
    try {
      for (Resource resource : catalogue.resources()) {
        routes
            .current(resource.name())
            .flatMap(route -> running.waiting(routes, route))
            .ifPresent(intent ->
                against.add(
                    "rollback %s of %s waits for the old primary"
                        .formatted(intent.rollback(), resource.name())));
      }
    } catch (ObjectStoreException e) {
      against.add("the control store can't be read: " + e.getMessage());
    }
    return against;
  }

  private void check(Resource resource, double leastMerit, List<String> against) {
    Optional<Route> route = routes.current(resource.name());
    if (route.isEmpty()) {
      against.add(resource.name() + " has no route");
      return;
    }
    if (route.get().state() != RouteState.SERVING) {
      against.add(
          "%s is not served: epoch %s is %s"
              .formatted(resource.name(), route.get().epoch(), route.get().state()));
    }
    running
        .of(resource.name(), route.get())
        .ifPresent(intent ->
            against.add("rollback %s of %s goes on".formatted(intent.rollback(), resource.name())));
    places
        .of(resource.name())
        .filter(reading -> reading.merit() < leastMerit)
        .ifPresent(reading ->
            against.add(
                String.format(
                    Locale.ROOT,
                    "merit of the place that serves %s is %.3f, expected at least %.3f",
                    resource.name(),
                    reading.merit(),
                    leastMerit)));
  }
}
