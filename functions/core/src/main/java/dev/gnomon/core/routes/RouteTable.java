package dev.gnomon.core.routes;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Routes of all resources: the objects `routes/(resource)/(epoch)` of the control store are the
/// truth, the index is a hint that is never believed for a decision.
///
/// Epochs of a resource are 1, 2, 3 ... without gaps, because an epoch is created only when its
/// predecessor exists and never deleted; so the newest one is found by reading forward from any
/// that exists, without a list. Thread-safe, and safe with any number of other processes.
///
/// Every method throws the control store's [ObjectStoreException] when the objects are needed and
/// can't be had; the index never fails a call.
public final class RouteTable {
  private static final String PREFIX = "routes";
  private static final String LAST = "9".repeat(20);

  private final ControlRecords records;
  private final RouteIndex index;

  /// @param records the control store
  public RouteTable(ControlRecords records, RouteIndex index) {
    this.records = records;
    this.index = index;
  }

  /// The current route by the objects; brings the index up to date. Every decision starts here.
  ///
  /// @return empty if the resource never had a route
  public Optional<Route> current(ResourceName resource) {
    Optional<Route> hint = hint(resource);
    Optional<Route> start = hint.flatMap(route -> at(resource, route.epoch()));
    Optional<Route> current = start.or(() -> at(resource, Epoch.FIRST)).map(this::newestFrom);
    repair(hint, current);
    return current;
  }

  /// The route as the index has it, without a look at the objects; from the objects if the index
  /// does not have it. For readers to whom a moment's delay of a switch does not matter; goes on
  /// from the index while the control store is away.
  public Optional<Sighting> glance(ResourceName resource) {
    return hint(resource)
        .map(route -> new Sighting(route, Sighting.Source.INDEX))
        .or(() -> current(resource).map(route -> new Sighting(route, Sighting.Source.OBJECTS)));
  }

  /// The route of one epoch, which never changes once it is there.
  public Optional<Route> at(ResourceName resource, Epoch epoch) {
    ObjectName name = name(resource, epoch);
    Optional<Route> route = records.read(name, Route.class);
    route.ifPresent(found -> check(name, found, resource, epoch));
    return route;
  }

  /// Makes a route the current one, if no other switch has taken its epoch: the compare-and-set of
  /// all switching. Of any number of racing callers one gets `Moved`. Never done half: after a
  /// fault of the store the epoch is either free or holds the whole route.
  ///
  /// @param next its epoch is 1 or the next after an existing one; its time is replaced by the
  ///   control store's
  /// @throws IllegalArgumentException if the epoch before it does not exist: that would leave a gap
  public Switch advance(Route next) {
    ResourceName resource = next.resource();
    if (!next.epoch().equals(Epoch.FIRST)) {
      Epoch before = new Epoch(next.epoch().value() - 1);
      if (!records.exists(name(resource, before))) {
        throw new IllegalArgumentException(
            "epoch "
                + next.epoch()
                + " of "
                + resource
                + " would leave a gap: there is no "
                + before);
      }
    }
    Route stamped = next.withTime(records.time());
    ObjectName name = name(resource, next.epoch());
    return switch (records.create(name, stamped)) {
      case ControlRecords.Outcome.Created<Route> created -> {
        offer(created.record());
        yield new Switch.Moved(created.record());
      }
      case ControlRecords.Outcome.Exists<Route> exists -> {
        check(name, exists.record(), resource, next.epoch());
        Route current = newestFrom(exists.record());
        offer(current);
        yield new Switch.Overtaken(current);
      }
    };
  }

  /// Every resource that ever had a route, by listing: for people, no decision rests on it.
  public List<ResourceName> resources() {
    List<ResourceName> resources = new ArrayList<>();
    Optional<ObjectName> name = records.nameAfter(PREFIX + "/", Optional.empty());
    while (name.isPresent()) {
      String resource = name.get().value().split("/", 3)[1];
      resources.add(new ResourceName(resource));
      name = records.nameAfter(PREFIX + "/", Optional.of(ObjectName.of(PREFIX, resource, LAST)));
    }
    return List.copyOf(resources);
  }

  /// Gallops forward from a stored route, then halves the interval. While this runs, epochs only
  /// grow by one at a time, so the answer was the newest at some moment during the call.
  private Route newestFrom(Route stored) {
    Route newest = stored;
    long step = 1;
    long free;
    while (true) {
      long probe = newest.epoch().value() + step;
      Optional<Route> found = probe < 0 ? Optional.empty() : at(newest, probe);
      if (found.isEmpty()) {
        free = probe < 0 ? Long.MAX_VALUE : probe;
        break;
      }
      newest = found.get();
      step *= 2;
    }
    while (free - newest.epoch().value() > 1) {
      long middle = newest.epoch().value() + (free - newest.epoch().value()) / 2;
      Optional<Route> found = at(newest, middle);
      if (found.isPresent()) {
        newest = found.get();
      } else {
        free = middle;
      }
    }
    return newest;
  }

  private Optional<Route> at(Route sameResource, long epoch) {
    return at(sameResource.resource(), new Epoch(epoch));
  }

  private static void check(ObjectName name, Route found, ResourceName resource, Epoch epoch) {
    if (!found.resource().equals(resource) || !found.epoch().equals(epoch)) {
      throw new ObjectStoreException(
          Kind.PERMANENT,
          "control record '%s' holds epoch %s of %s"
              .formatted(name, found.epoch(), found.resource()));
    }
  }

  private static ObjectName name(ResourceName resource, Epoch epoch) {
    return ObjectName.of(PREFIX, resource, epoch.padded());
  }

  private Optional<Route> hint(ResourceName resource) {
    try {
      return index.get(resource);
    } catch (RuntimeException e) {
      return Optional.empty();
    }
  }

  /// Entries that the objects contradict go, newer ones come.
  private void repair(Optional<Route> hint, Optional<Route> current) {
    if (hint.equals(current)) {
      return;
    }
    if (hint.isPresent()
        && (current.isEmpty() || hint.get().epoch().compareTo(current.get().epoch()) >= 0)) {
      discard(hint.get());
    }
    current.ifPresent(this::offer);
  }

  private void offer(Route route) {
    try {
      index.offer(route);
    } catch (RuntimeException e) {
      // The objects hold the switch; whoever reads them next repairs the index.
    }
  }

  private void discard(Route route) {
    try {
      index.discard(route);
    } catch (RuntimeException e) {
      // As above.
    }
  }
}
