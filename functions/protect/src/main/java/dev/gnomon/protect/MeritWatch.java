package dev.gnomon.protect;

import dev.gnomon.core.automation.Automation;
import dev.gnomon.core.automation.Outranked;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.MeritWeights;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.Blocks;
import dev.gnomon.core.merit.MeritBook;
import dev.gnomon.core.merit.MeritSnapshots;
import dev.gnomon.core.merit.Ranking;
import dev.gnomon.core.merit.Standing;
import dev.gnomon.core.merit.Standing.Versus;
import dev.gnomon.core.merit.WatchMerit;
import dev.gnomon.core.rollback.Rollbacks;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteState;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Sighting;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Ranks all resources over and over, remembers the rankings, and lets automation decide where a
/// place has been outranked for long enough. What it finds does not wait for what it lets be done.
public final class MeritWatch {
  private final Catalogue catalogue;
  private final RouteTable routes;
  private final WatchMerit watch;
  private final NewestPoints points;
  private final MeritBook book;
  private final Blocks blocks;
  private final MeritSnapshots snapshots;
  private final HistoryOfPlaces history;
  private final Automation automation;
  private final Rollbacks rollbacks;
  private final Executor acting;
  private final InstantSource clock;
  private final SweepLog log = new SweepLog();
  private final Map<ResourceName, Ranking> newest = new ConcurrentHashMap<>();

  /// A gap that lasts is decided again after this: all may have been paused, or no room.
  static final Duration ASK_AGAIN = Duration.ofMinutes(2);

  /// When the gap of a resource was decided last.
  private final Map<ResourceName, Instant> decided = new ConcurrentHashMap<>();

  /// Cells whose points are being looked at.
  private final Set<CellName> refreshing = ConcurrentHashMap.newKeySet();

  /// Rankings that wait to be kept, all resources of several looks.
  private static final int MOST_TO_KEEP = 20_000;

  private record Kept(Resource resource, Ranking ranking) {}

  private final Queue<Kept> toKeep = new ArrayBlockingQueue<>(MOST_TO_KEEP);
  private final AtomicBoolean keeping = new AtomicBoolean();

  private Instant kept;

  public MeritWatch(
      Catalogue catalogue,
      RouteTable routes,
      WatchMerit watch,
      NewestPoints points,
      MeritBook book,
      Blocks blocks,
      MeritSnapshots snapshots,
      HistoryOfPlaces history,
      Automation automation,
      Rollbacks rollbacks,
      Executor acting,
      InstantSource clock) {
    this.catalogue = catalogue;
    this.routes = routes;
    this.watch = watch;
    this.points = points;
    this.book = book;
    this.blocks = blocks;
    this.snapshots = snapshots;
    this.history = history;
    this.automation = automation;
    this.rollbacks = rollbacks;
    this.acting = acting;
    this.clock = clock;
    this.kept = clock.instant();
  }

  /// What an earlier process kept, unless something newer is known.
  void remember() {
    Instant latest = clock.instant().plus(catalogue.clockTolerance());
    log.attempt(
        "what was kept of merit",
        () ->
            snapshots.newest().stream()
                .filter(one -> !one.at().isAfter(latest))
                .forEach(book::put));
  }

  /// The newest ranking of a resource by this process.
  Optional<Ranking> of(ResourceName resource) {
    return Optional.ofNullable(newest.get(resource));
  }

  /// One round.
  ///
  /// @return the rankings
  public synchronized List<Ranking> look() {
    points.cells().forEach(this::refresh);
    List<Ranking> found = new ArrayList<>();
    log.attempt(
        "merit",
        () -> {
          MeritWeights inForce = watch.weights();
          for (Resource resource : catalogue.resources()) {
            log.attempt(
                "merit of " + resource.name(), () -> look(resource, inForce).ifPresent(found::add));
          }
        });
    keepHistory();
    Instant now = clock.instant();
    if (Duration.between(kept, now).compareTo(MeritSnapshots.EVERY) >= 0) {
      kept = now;
      keep();
    }
    return found;
  }

  /// A control store that is slow keeps no look waiting, and no decision: what was found is kept
  /// behind it, by one at a time.
  private void keepHistory() {
    if (keeping.compareAndSet(false, true)) {
      acting.execute(() -> {
        try {
          keepAll();
          log.attempt("old histories", () -> history.condense(clock.instant()));
        } finally {
          keeping.set(false);
        }
      });
    }
  }

  private void keepAll() {
    for (Kept one = toKeep.poll(); one != null; one = toKeep.poll()) {
      Kept kept = one;
      log.attempt(
          "history of " + kept.resource().name(),
          () -> history.add(kept.resource(), kept.ranking()));
    }
  }

  /// A cell that hangs keeps nobody waiting but its own next look.
  private void refresh(CellName cell) {
    if (refreshing.add(cell)) {
      acting.execute(() -> {
        try {
          points.refresh(cell, clock.instant(), log);
        } finally {
          refreshing.remove(cell);
        }
      });
    }
  }

  private Optional<Ranking> look(Resource resource, MeritWeights inForce) {
    Optional<Route> route =
        routes
            .glance(resource.name())
            .map(Sighting::route)
            .filter(one -> one.state() == RouteState.SERVING);
    route.ifPresent(one -> {
      Ranking ranking = watch.look(resource, one, inForce);
      newest.put(resource.name(), ranking);
      if (!toKeep.offer(new Kept(resource, ranking))) {
        log.waits("history", "so much waits to be kept that the rest is left out");
      }
      outranked(one, ranking);
    });
    return route.flatMap(ignored -> of(resource.name()));
  }

  /// The best place that has been ahead for long enough and that automation may go to; if it may go
  /// to none, the best one: then people are told why not.
  private void outranked(Route route, Ranking ranking) {
    Instant last = decided.get(ranking.resource());
    if (last != null && last.plus(ASK_AGAIN).isAfter(clock.instant())) {
      return;
    }
    List<Standing> ahead = ranking.outranking(watch.policy());
    ahead.stream()
        .filter(one -> blocks.against(route, one.cell()).isEmpty())
        .findFirst()
        .or(() -> ahead.stream().findFirst())
        .ifPresent(best -> outranked(ranking, best));
  }

  /// The same in all processes for a while, then another one, so that what holds then is looked at.
  private String episode(Ranking ranking, Standing best) {
    Instant since = best.leads().orElseThrow();
    long time = Duration.between(since, clock.instant()).dividedBy(ASK_AGAIN);
    return "merit/%s/%s/%s/%s/%d"
        .formatted(ranking.resource(), ranking.serving().cell(), best.cell(), since, time);
  }

  private void outranked(Ranking ranking, Standing best) {
    Versus versus = best.versus().orElseThrow();
    Instant since = best.leads().orElseThrow();
    Outranked gap =
        new Outranked(
            ranking.resource(),
            ranking.serving().cell(),
            best.cell(),
            versus.serving().value(),
            versus.own().value(),
            since,
            List.of(
                "serving " + ranking.serving().sentence(),
                "best " + best.sentence(),
                "all candidates: " + ranking.sentence()),
            episode(ranking, best));
    decided.put(ranking.resource(), clock.instant());
    acting.execute(() -> decide(gap));
  }

  /// Asking again finds the decision, so what fails is done again at the next round.
  private void decide(Outranked gap) {
    boolean[] done = {false};
    log.attempt(
        "the gap of " + gap.resource(),
        () -> {
          // What was glanced at may have been a moment old.
          if (routes
              .current(gap.resource())
              .filter(now -> now.primary().cell().equals(gap.from()))
              .isPresent()) {
            automation
                .outranked(gap)
                .rollback()
                .ifPresent(rollback -> rollbacks.advance(rollback, Optional.empty()));
          }
          done[0] = true;
        });
    if (!done[0]) {
      decided.remove(gap.resource());
    }
  }

  /// At the end of a process.
  void end() {
    keep();
    keepAll();
    log.attempt("keeping histories", history::flush);
  }

  /// Keeps what trust was lost, for the next process.
  void keep() {
    log.attempt(
        "keeping merit",
        () -> snapshots.keep(newest.values().stream().map(Ranking::tracked).toList()));
  }
}
