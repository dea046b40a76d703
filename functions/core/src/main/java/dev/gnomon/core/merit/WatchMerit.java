package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Lags.Newest;
import dev.gnomon.core.merit.Ranking.Place;
import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.rollback.Destinations;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Ranks the places of resources by what is known of them now, and says where to switch to and when
/// to come home. Thread-safe.
public final class WatchMerit implements Destinations {
  /// Vitals that are older say nothing of now.
  public static final Duration STALE_AFTER = Duration.ofMinutes(3);

  private final Catalogue catalogue;
  private final Vitals.Board board;
  private final Lags lags;
  private final Function<Resource, OptionalDouble> seconds;
  private final MeritBook book;
  private final RefineWeights weights;
  private final Blocks blocks;
  private final InstantSource clock;

  /// How many resources need each one, directly or not.
  private final Map<ResourceName, Long> dependents;

  /// @param seconds how long a rollback of a resource is estimated to take
  public WatchMerit(
      Catalogue catalogue,
      Vitals.Board board,
      Lags lags,
      Function<Resource, OptionalDouble> seconds,
      MeritBook book,
      RefineWeights weights,
      Blocks blocks,
      InstantSource clock) {
    this.catalogue = catalogue;
    this.board = board;
    this.lags = lags;
    this.seconds = seconds;
    this.book = book;
    this.weights = weights;
    this.blocks = blocks;
    this.clock = clock;
    Map<ResourceName, Long> counted = new HashMap<>();
    for (Resource resource : catalogue.resources()) {
      for (ResourceName needed : catalogue.closure(List.of(resource.name()))) {
        if (!needed.equals(resource.name())) {
          counted.merge(needed, 1L, Long::sum);
        }
      }
    }
    this.dependents = Map.copyOf(counted);
  }

  public MeritPolicy policy() {
    return catalogue.policies().merit();
  }

  /// The weights in force.
  public MeritWeights weights() {
    return weights.inForce(policy().weights());
  }

  /// Looks at a resource and remembers what it found.
  public Ranking look(Resource resource, Route route, MeritWeights inForce) {
    Ranking ranking = rank(resource, route, inForce);
    book.put(ranking.tracked());
    return ranking;
  }

  /// Looks at a resource and remembers nothing.
  public Ranking rank(Resource resource, Route route, MeritWeights inForce) {
    Instant now = clock.instant();
    Location serving = route.primary();
    Duration target = target(resource).orElse(Duration.ZERO);
    RollbackCost cost = cost(resource);
    List<Place> places = new ArrayList<>();
    for (CellName cell : cells(resource)) {
      if (!cell.equals(serving.cell())) {
        Optional<Duration> lag =
            lags.newest(resource, cell).map(newest -> since(newest.time(), now));
        places.add(place(resource, cell, false, lag, target, cost, excluded(resource, cell), now));
      }
    }
    Place at =
        place(
            resource,
            serving.cell(),
            tells(route, now),
            Optional.of(Duration.ZERO),
            target,
            cost,
            Optional.empty(),
            now);
    return Ranking.of(
        resource.name(), at, places, book.of(resource.name()), policy(), inForce, now);
  }

  /// Whether what is measured of the resource itself speaks of where it is served from: after it
  /// was moved or restored, alarms of before are held against it for a while, and they are about
  /// another place or another content.
  private static boolean tells(Route route, Instant now) {
    return route.epoch().equals(Epoch.FIRST)
        || since(route.time(), now).compareTo(Vitals.ALARM_HOLDS) >= 0;
  }

  private static Optional<String> excluded(Resource resource, CellName cell) {
    if (resource.replicas().stream().anyMatch(shadow -> shadow.cell().equals(cell))) {
      return resource.rollback() == RollbackMode.RESTORE
          ? Optional.of("rollback restore of the resource: automation repairs it where it is")
          : Optional.empty();
    }
    return Optional.of(
        cell.equals(resource.cell())
            ? "it is the old primary: a return or a person goes there"
            : "it holds points, and no copy to switch to");
  }

  /// Home, and every cell with a shadow.
  public static List<CellName> cells(Resource resource) {
    return Stream.concat(
            Stream.of(resource.cell()), resource.shadows().stream().map(ShadowSpec::cell))
        .distinct()
        .toList();
  }

  private static Duration since(Instant time, Instant now) {
    return time.isAfter(now) ? Duration.ZERO : Duration.between(time, now);
  }

  /// What the owners want, or else how far apart the points are taken.
  private static Optional<Duration> target(Resource resource) {
    return resource
        .objectives()
        .recoveryPoint()
        .or(() ->
            resource.shadows().stream()
                .flatMap(shadow -> shadow.every().stream())
                .min(Comparator.naturalOrder()));
  }

  private RollbackCost cost(Resource resource) {
    OptionalLong bytes =
        cells(resource).stream()
            .flatMap(cell -> lags.newest(resource, cell).stream())
            .mapToLong(Newest::bytes)
            .max();
    return new RollbackCost(
        bytes,
        OptionalLong.of(dependents.getOrDefault(resource.name(), 0L)),
        seconds.apply(resource));
  }

  private Place place(
      Resource resource,
      CellName cell,
      boolean withResource,
      Optional<Duration> lag,
      Duration target,
      RollbackCost cost,
      Optional<String> excluded,
      Instant now) {
    ResourceName name = resource.name();
    List<Subject> subjects = new ArrayList<>();
    subjects.add(new Subject.OfCell(cell));
    subjects.add(new Subject.OfLocation(name, cell));
    if (withResource) {
      subjects.add(new Subject.OfResource(name));
    }
    List<Vitals> known =
        subjects.stream()
            .flatMap(subject -> board.of(subject).stream())
            .filter(vitals -> since(vitals.at(), now).compareTo(STALE_AFTER) <= 0)
            .filter(vitals -> !vitals.at().isAfter(now.plus(catalogue.clockTolerance())))
            .toList();
    Inputs inputs =
        new Inputs(
            known.stream().flatMapToDouble(vitals -> vitals.health().stream()).min(),
            known.stream().flatMapToDouble(vitals -> vitals.latency().stream()).max(),
            lag,
            Optional.of(target),
            known.stream()
                .flatMap(vitals -> vitals.estimate().stream())
                .mapToDouble((Estimate estimate) -> Inputs.risk(estimate).orElse(0))
                .max(),
            cost);
    Optional<Instant> measured = known.stream().map(Vitals::at).min(Comparator.naturalOrder());
    return new Place(cell, inputs, excluded, measured);
  }

  @Override
  public Preferred prefer(
      Resource resource,
      Route route,
      By by,
      List<CellName> cells,
      Predicate<CellName> servesAtOnce) {
    List<CellName> open = new ArrayList<>(cells);
    if (by == By.AUTOMATION) {
      Optional<String> why = Optional.empty();
      for (CellName cell : cells) {
        Optional<String> against = blocks.against(route, cell);
        if (against.isPresent()) {
          open.remove(cell);
          why = against;
        }
      }
      if (open.isEmpty()) {
        return new Preferred.Nowhere(why.orElseThrow());
      }
    }
    if (cells.size() == 1) {
      return new Preferred.Cell(cells.getFirst(), "");
    }
    Ranking ranking = rank(resource, route, weights());
    List<Standing> standings =
        ranking.candidates().stream().filter(one -> open.contains(one.cell())).toList();
    Standing best = standings.getFirst();
    Standing chosen =
        standings.stream()
            .filter(one -> one.excluded().isPresent() == best.excluded().isPresent())
            .filter(one -> one.repute(policy()) == best.repute(policy()))
            .filter(one -> best.merit().value() - one.merit().value() <= Ranking.ALIKE)
            .filter(one -> servesAtOnce.test(one.cell()))
            .findFirst()
            .orElse(best);
    return new Preferred.Cell(
        chosen.cell(), "to %s by merit: %s".formatted(chosen.cell(), ranking.sentence()));
  }

  @Override
  public Optional<String> tooEarly(Resource resource, Route route, Location home) {
    return blocks.against(route, home.cell()).or(() -> unfit(resource, route, home));
  }

  private Optional<String> unfit(Resource resource, Route route, Location home) {
    Ranking ranking = rank(resource, route, weights());
    return ranking
        .candidate(home.cell())
        .flatMap(standing ->
            standing
                .conduct(ranking.serving())
                .filter(versus -> versus.gap() < -policy().gap() / 2)
                .map(versus ->
                    "by what is measured of both, merit of %s is %s and of %s %s, more than half of merit.gap (%s) apart: %s"
                        .formatted(
                            home.cell(),
                            versus.own(),
                            route.primary().cell(),
                            versus.serving(),
                            policy().gap(),
                            standing.sentence())));
  }
}
