package dev.gnomon.route;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.Sighting;
import dev.gnomon.core.routes.Sighting.Source;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.stream.Gatherers;
import java.util.stream.Stream;

/// Finds routes, in the index first. A switch replaces its entry in the index; a switch that could
/// not (Redis was away for it) leaves the entry behind, so what the index says is compared with the
/// objects from time to time, beside the answer and not before it. Thread-safe.
final class RouteLookup {
  private static final Logger LOG = System.getLogger(RouteLookup.class.getName());
  private static final int CONCURRENT_LOOKUPS = 16;

  private final RouteSources sources;
  private final Duration verifyEvery;
  private final LongSupplier nanoTime;
  private final Executor background;
  private final ConcurrentHashMap<ResourceName, Long> verified = new ConcurrentHashMap<>();

  /// @param verifyEvery how often at most the index's answer for one resource is compared
  /// @param background runs the comparisons, which block
  RouteLookup(
      RouteSources sources, Duration verifyEvery, LongSupplier nanoTime, Executor background) {
    this.sources = sources;
    this.verifyEvery = verifyEvery;
    this.nanoTime = nanoTime;
    this.background = background;
  }

  /// @param fresh from the objects in any case
  /// @throws ObjectStoreException if the objects are needed and the control store is away
  Optional<Sighting> find(ResourceName resource, boolean fresh) {
    if (fresh) {
      return sources.table().current(resource).map(route -> new Sighting(route, Source.OBJECTS));
    }
    Optional<Sighting> sighting = sources.table().glance(resource);
    if (sighting.isPresent() && sighting.get().source() == Source.INDEX && due(resource)) {
      background.execute(() -> verify(sighting.get().route()));
    }
    return sighting;
  }

  /// The routes of all resources that have one, by their names.
  List<Sighting> all(boolean fresh) {
    Stream<ResourceName> resources = sources.resources().get().stream().distinct().sorted();
    return resources
        .gather(Gatherers.mapConcurrent(CONCURRENT_LOOKUPS, resource -> find(resource, fresh)))
        .flatMap(Optional::stream)
        .toList();
  }

  /// Only one caller is told so, until the time is over again. Bounded by the resources that the
  /// index really has.
  private boolean due(ResourceName resource) {
    long now = nanoTime.getAsLong();
    boolean[] due = {false};
    verified.compute(
        resource,
        (name, last) -> {
          due[0] = last == null || now - last >= verifyEvery.toNanos();
          return last == null || due[0] ? now : last;
        });
    return due[0];
  }

  private void verify(Route seen) {
    try {
      // Also brings the index up to date.
      Optional<Route> current = sources.table().current(seen.resource());
      if (!current.equals(Optional.of(seen))) {
        LOG.log(
            Level.WARNING,
            "The index had epoch {0} of {1}, the objects have {2}.",
            seen.epoch(),
            seen.resource(),
            current.map(route -> route.epoch().toString()).orElse("none"));
      }
    } catch (ObjectStoreException e) {
      // While the control store is away nothing switches, so the index is as good as it was.
      LOG.log(Level.DEBUG, "Could not compare {0}: {1}", seen.resource(), e.getMessage());
    }
  }
}
