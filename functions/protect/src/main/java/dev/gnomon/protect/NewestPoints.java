package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Lags;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/// Remembers the newest consistent point of each resource in each cell, and looks again at some of
/// them from time to time. A cell that is away keeps what was known: its points grow old.
/// Thread-safe.
public final class NewestPoints implements Lags {
  /// How often one is looked at again, at most.
  static final Duration EVERY = Duration.ofSeconds(30);

  /// Lists of one cell that one call makes, at most.
  static final int AT_ONCE = 20;

  private record Key(ResourceName resource, CellName cell) {}

  /// @param asked whether the cell has ever answered
  private record Seen(Optional<Newest> newest, Instant looked, boolean asked) {}

  private final List<Key> keys = new ArrayList<>();
  private final CellStores stores;
  private final Map<Key, Seen> seen = new ConcurrentHashMap<>();

  public NewestPoints(Catalogue catalogue, CellStores stores) {
    this.stores = stores;
    for (Resource resource : catalogue.resources()) {
      resource.shadows().stream()
          .map(ShadowSpec::cell)
          .distinct()
          .forEach(cell -> keys.add(new Key(resource.name(), cell)));
    }
  }

  @Override
  public Optional<Newest> newest(Resource resource, CellName cell) {
    return Optional.ofNullable(seen.get(new Key(resource.name(), cell))).flatMap(Seen::newest);
  }

  /// Age of the newest in seconds; infinite if there is none, NaN before the first look.
  double ageSeconds(Resource resource, CellName cell, Instant now) {
    Seen found = seen.get(new Key(resource.name(), cell));
    if (found == null || !found.asked()) {
      return Double.NaN;
    }
    return found
        .newest()
        .map(newest -> Math.max(0, Duration.between(newest.time(), now).toMillis() / 1000.0))
        .orElse(Double.POSITIVE_INFINITY);
  }

  Set<CellName> cells() {
    return keys.stream().map(Key::cell).collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /// Looks at those of a cell that were not looked at for longest. What fails is tried again when
  /// its turn comes, and keeps no other from being looked at. As slow as the cell.
  void refresh(CellName cell, Instant now, SweepLog log) {
    keys.stream()
        .filter(key -> key.cell().equals(cell))
        .filter(key -> due(key, now))
        .sorted(Comparator.comparing(this::looked))
        .limit(AT_ONCE)
        .forEach(key -> {
          Optional<Seen> before = Optional.ofNullable(seen.get(key));
          seen.put(
              key,
              new Seen(before.flatMap(Seen::newest), now, before.map(Seen::asked).orElse(false)));
          log.attempt(
              "points of %s in %s".formatted(key.resource(), key.cell()),
              () -> seen.put(key, new Seen(look(key), now, true)));
        });
  }

  private boolean due(Key key, Instant now) {
    return !looked(key).plus(EVERY).isAfter(now);
  }

  private Instant looked(Key key) {
    return Optional.ofNullable(seen.get(key)).map(Seen::looked).orElse(Instant.EPOCH);
  }

  private Optional<Newest> look(Key key) {
    return stores.shadows(key.cell()).points(key.resource()).stream()
        .filter(point -> point.consistent() && !point.held() && point.kind().isRegular())
        .filter(point -> point.kind() != PointKind.PREDICTED) // no automation goes to it first
        .max(Comparator.comparing(Point::time))
        .map(point -> new Newest(point.time(), point.bytes()));
  }
}
