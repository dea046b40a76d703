package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.decision.Estimates;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Lags;
import dev.gnomon.core.merit.WatchMerit;
import dev.gnomon.core.rollback.MeasuredRollbacks;
import dev.gnomon.core.rollback.MeasuredRollbacks.Measured;
import dev.gnomon.core.routes.RouteTable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/// How long merit expects a rollback of a resource to take: what decisions expect, by the earlier
/// rollbacks where there are any. The records are read again when the route has moved, and now and
/// then, for the last step of a rollback may be stored after its route. Thread-safe.
final class RollbackSeconds {
  static final Duration EVERY = Duration.ofMinutes(5);

  private record Known(Epoch epoch, Instant looked, List<Measured> measured) {}

  private final ControlRecords records;
  private final RouteTable routes;
  private final Lags lags;
  private final InstantSource clock;
  private final SweepLog log = new SweepLog();
  private final Map<ResourceName, Known> known = new ConcurrentHashMap<>();

  RollbackSeconds(ControlRecords records, RouteTable routes, Lags lags, InstantSource clock) {
    this.records = records;
    this.routes = routes;
    this.lags = lags;
    this.clock = clock;
  }

  /// Empty as long as nobody knows how much there would be to bring back.
  OptionalDouble of(Resource resource) {
    return WatchMerit.cells(resource).stream()
        .flatMap(cell -> lags.newest(resource, cell).stream())
        .mapToLong(Lags.Newest::bytes)
        .max()
        .stream()
        .mapToDouble(bytes -> new Estimates(measured(resource)).restoring(bytes).seconds())
        .findFirst();
  }

  /// What can't be read now stays as it was.
  private List<Measured> measured(Resource resource) {
    ResourceName name = resource.name();
    log.attempt("earlier rollbacks of " + name, () -> refresh(name));
    return Optional.ofNullable(known.get(name)).map(Known::measured).orElse(List.of());
  }

  private void refresh(ResourceName name) {
    Optional<Epoch> epoch = routes.glance(name).map(sighting -> sighting.route().epoch());
    Instant now = clock.instant();
    Known before = known.get(name);
    boolean fresh =
        before != null
            && epoch.filter(before.epoch()::equals).isPresent()
            && now.isBefore(before.looked().plus(EVERY));
    if (epoch.isPresent() && !fresh) {
      List<Measured> measured = MeasuredRollbacks.of(records, name, epoch.get());
      known.put(name, new Known(epoch.get(), now, measured));
    }
  }
}
