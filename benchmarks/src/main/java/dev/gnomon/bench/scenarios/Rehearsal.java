package dev.gnomon.bench.scenarios;

import static java.util.Objects.requireNonNull;

import dev.gnomon.core.automation.Decision;
import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.prediction.Estimate;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.MemoryVitals;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.rollback.By;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.update.UpdateRecords.End;
import dev.gnomon.core.update.Updates;
import dev.gnomon.events.Outgoing;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.Set;

/// One run of a scenario on an installation of its own, a minute at a time. Not thread-safe.
final class Rehearsal {
  /// A Monday.
  static final Instant EPOCH = Instant.parse("2026-03-02T00:00:00Z");

  /// So long before the onset automation is let act; before that, what is normal is learnt, as in
  /// an installation whose owners do not trust it yet.
  private static final int ACTS_BEFORE = 12 * 60;

  /// Around the incident everything happens as often as in an installation; in the weeks far from
  /// it, shadows are taken twice a day, nobody probes, and merit is looked at every five minutes.
  private static final int NEAR_BEFORE = 8 * 60;

  private static final int NEAR_AFTER = 48 * 60;
  private static final int FAR_STEP = 5;
  private static final int FAR_SHADOWS = 12 * 60;
  private static final Duration VITALS = Duration.ofMinutes(10);
  private static final Duration FLAP = Duration.ofDays(1);
  private static final int BLIND_ROUNDS = 3;
  private static final int MOST_RETRIES = 20;
  private static final int MOST_STORY = 200;
  private static final ResourceName ORDERS = new ResourceName("orders");
  private static final List<ResourceName> NAMES =
      Plant.SERVICES.stream().map(ResourceName::new).toList();

  private final Scenario scenario;
  private final Shop shop;
  private final VirtualClock clock;
  private final Map<CellName, MemoryObjects> objects = new LinkedHashMap<>();
  private final Lookout lookout;
  private final Site site;
  private final Plant plant;
  private final Vantages vantages;
  private final Instant onset;
  private final Instant begin;
  private final Deque<List<Sample>> older = new ArrayDeque<>();
  private final Deque<Waiting> waiting = new ArrayDeque<>();
  private final Map<String, CellName> served = new HashMap<>();
  private final Map<String, Epoch> epochs = new HashMap<>();
  private final List<Move> moves = new ArrayList<>();
  private final List<String> story = new ArrayList<>();
  private Optional<String> wrong = Optional.empty();
  private OptionalDouble firstSaid = OptionalDouble.empty();
  private OptionalDouble failedAt = OptionalDouble.empty();
  private OptionalDouble helpedAt = OptionalDouble.empty();
  private OptionalDouble lost = OptionalDouble.empty();
  private final Map<String, Integer> failedMinutes = new HashMap<>();
  private final Map<String, Integer> wouldFail = new HashMap<>();
  private final Set<String> told = new HashSet<>();
  private int early;
  private int learning;
  private int blind;
  private int dry;
  private int updates;

  /// An announcement that could not be handled yet.
  private record Waiting(Outgoing event, int tries) {}

  private record Move(String service, Instant at, CellName from, CellName to) {}

  Rehearsal(Scenario scenario, long seed, Path root) throws IOException {
    this.scenario = scenario;
    Random chances = new Random(seed * 31 + scenario.name().hashCode());
    int hour = 6 + chances.nextInt(14);
    this.begin = EPOCH.plus(Duration.ofHours(hour));
    this.onset = begin.plus(Duration.ofDays(scenario.history()));
    this.clock = new VirtualClock(begin.minusSeconds(60));
    this.shop = new Shop(root, scenario.returns());
    for (CellName cell : List.of(Shop.EAST, Shop.WEST, Shop.HUB)) {
      objects.put(cell, new MemoryObjects(clock));
    }
    MemoryVitals board = new MemoryVitals(clock::look, VITALS);
    this.lookout = new Lookout(shop.catalogue, board, clock);
    this.site =
        new Site(
            shop.catalogue,
            objects,
            root.resolve("state"),
            board,
            clock,
            new Random(chances.nextLong()));
    this.plant = new Plant(chances.nextLong());
    this.vantages = new Vantages(chances.nextLong());
    for (String name : Plant.SERVICES) {
      served.put(name, Shop.EAST);
      epochs.put(name, site.route(new ResourceName(name)).epoch());
    }
  }

  Result run() throws IOException, InterruptedException {
    try {
      int first = -scenario.history() * 24 * 60;
      for (int minute = first; minute < scenario.minutes(); minute++) {
        minute(minute);
      }
      return result((scenario.minutes() + ACTS_BEFORE) / (24.0 * 60));
    } finally {
      shop.home(false);
      shop.release();
    }
  }

  private void minute(int minute) throws IOException {
    Instant now = onset.plusSeconds(60L * minute);
    clock.set(now);
    boolean near = minute >= -NEAR_BEFORE && minute <= NEAR_AFTER;
    Strain strain = new Strain();
    if (minute >= 0) {
      scenario.script().at(minute, scenario.dials(), strain);
    }
    shop.home(strain.dead);
    requireNonNull(objects.get(Shop.EAST)).away(strain.dead || strain.storeGone);
    requireNonNull(objects.get(Shop.WEST)).away(strain.shadowGone);
    boolean shadows =
        near ? minute % 10 == 0 : minute >= -ACTS_BEFORE && Math.floorMod(minute, FAR_SHADOWS) == 0;
    if (near || shadows) {
      write(strain, now);
    }
    if (strain.deploys) {
      deploy(now);
    }
    if (shadows) {
      work(() -> site.deliver(site.intervals.due()));
    }
    telemetry(minute, strain, now);
    if (near) {
      probe(strain, now);
    }
    if (near || Math.floorMod(minute, FAR_STEP) == 0) {
      lookout.sweep(now).forEach(this::announced);
    }
    if (minute >= -ACTS_BEFORE && (near || Math.floorMod(minute, FAR_STEP) == 0)) {
      var unused = site.merit.look();
      if (Math.floorMod(minute, FAR_STEP) == 0) {
        work(site::sweep);
      }
      moved(clock.look());
    }
  }

  private void write(Strain strain, Instant now) {
    boolean bad = strain.corrupts && moves.stream().noneMatch(this::ofIncident);
    for (String service : Plant.SERVICES) {
      var unused = shop.write(service, now, bad && service.equals(ORDERS.value()));
    }
  }

  private boolean ofIncident(Move move) {
    return move.service().equals(ORDERS.value()) && !move.at().isBefore(onset);
  }

  private void deploy(Instant now) {
    UpdateId id = new UpdateId("deploy-" + ++updates);
    work(() -> {
      Updates.Announced announced =
          site.updates.announce(
              id, List.of(ORDERS), Optional.empty(), Optional.empty(), "event of " + id);
      if (announced instanceof Updates.Announced.Accepted accepted) {
        site.deliver(accepted.facts());
      }
      if (site.updateRecords.ready(id).isEmpty()) {
        wrong = Optional.of("update %s was not ready".formatted(id));
      }
      site.updates.end(id, End.COMPLETED, By.PERSON, Optional.empty());
    });
    lookout.changed(new Subject.OfResource(ORDERS), now);
    tell(now, "deploy of orders");
  }

  private void telemetry(int minute, Strain strain, Instant now) {
    List<Sample> samples = new ArrayList<>();
    for (String service : Plant.SERVICES) {
      boolean meant = service.equals(ORDERS.value()) || strain.both;
      boolean home = cell(service).equals(Shop.EAST);
      boolean there =
          switch (strain.seat) {
            case HOME -> home;
            case CONTENT -> shop.read(service).map(Shop.Content::bad).orElse(false);
            case OUTSIDE -> true;
          };
      boolean struck = minute >= 0 && (meant || (strain.dead && home)) && there;
      Plant.Seen seen =
          plant.minute(
              new Plant.Served(
                  service,
                  struck,
                  minute >= 0 && (meant || strain.dead),
                  !(strain.dead && home) && !(strain.shadowGone && !home)),
              strain,
              now,
              samples);
      failedMinutes.merge(service, seen.failed() ? 1 : 0, Integer::sum);
      wouldFail.merge(service, seen.would() ? 1 : 0, Integer::sum);
      if (service.equals(ORDERS.value())) {
        if (seen.would() && failedAt.isEmpty()) {
          failedAt = OptionalDouble.of(minute);
          tell(now, "users are failed, or would be");
        }
        if (!seen.failed() && failedAt.isPresent() && helpedAt.isEmpty() && hasMoved()) {
          helpedAt = OptionalDouble.of(minute);
        }
      }
    }
    if (!strain.dead) {
      plant.machines("east", true, strain, now, samples);
    }
    if (!strain.shadowGone) {
      plant.machines("west", false, strain, now, samples);
    }
    if (Math.floorMod(minute, (int) (Usual.CADENCE_SECONDS / 60)) != 0) {
      again();
      return;
    }
    List<Sample> sent = plant.sent(samples, strain);
    lookout.telemetry(sent, now).forEach(this::announced);
    if (strain.repeats) {
      lookout.telemetry(sent, now).forEach(this::announced);
      if (older.size() > 3) {
        lookout.telemetry(older.getFirst(), now).forEach(this::announced);
      }
    }
    older.addLast(sent);
    if (older.size() > 5) {
      older.removeFirst();
    }
    dry = lookout.scored() > 0 || minute < 0 ? 0 : dry + 1;
    again();
    moved(now);
  }

  private boolean hasMoved() {
    return moves.stream().anyMatch(this::ofIncident);
  }

  private void probe(Strain strain, Instant now) {
    for (int second = 0; second < 60; second += Vantages.EVERY_SECONDS) {
      Instant time = now.plusSeconds(second);
      clock.set(time);
      for (Probed probed : vantages.look(strain, time)) {
        lookout.probe(probed, time).forEach(this::announced);
      }
      moved(time);
    }
  }

  private CellName cell(String service) {
    return requireNonNull(served.get(service));
  }

  // ---- from an announcement to a switch

  private void announced(Foreseen foreseen) {
    Instant now = clock.look();
    boolean after = !now.isBefore(onset) && scenario.fails();
    boolean acts = !now.isBefore(onset.minus(Duration.ofMinutes(ACTS_BEFORE)));
    boolean word = told.add(foreseen.subject() + " " + foreseen.episode());
    if (!acts) {
      learning += word ? 1 : 0;
    } else if (!after) {
      early += word ? 1 : 0;
    } else if (firstSaid.isEmpty()) {
      firstSaid = OptionalDouble.of(minutes(onset, now));
    }
    Estimate estimate = foreseen.estimate();
    tellOnce(
        foreseen.subject() + foreseen.episode() + estimate.probability(),
        now,
        "%s: probability %.2f, onset %s, by %s: %s"
            .formatted(
                foreseen.subject(),
                estimate.probability(),
                estimate.onset().orElseThrow(),
                estimate.model(),
                foreseen.evidence().subList(0, Math.min(4, foreseen.evidence().size()))));
    if (acts) {
      site.announcements.of(List.of(foreseen)).forEach(event -> decide(new Waiting(event, 0)));
    }
  }

  private void again() {
    int count = waiting.size();
    for (int i = 0; i < count; i++) {
      decide(waiting.removeFirst());
    }
  }

  private void decide(Waiting one) {
    try {
      site.predicted(one.event());
    } catch (ObjectStoreException | Unavailable e) {
      if (one.tries() < MOST_RETRIES) {
        waiting.addLast(new Waiting(one.event(), one.tries() + 1));
      } else {
        tell(clock.look(), "given up: " + e.getMessage());
      }
    } catch (Refusal e) {
      tell(clock.look(), "refused: " + e.getMessage());
    }
    for (Decision decision : site.decisions.newest(NAMES, 4)) {
      tellOnce(
          decision.id().orElse(""),
          clock.look(),
          "%s: %s: %s".formatted(decision.resource(), decision.action(), decision.reason()));
    }
    moved(clock.look());
  }

  private void work(Runnable work) {
    try {
      work.run();
    } catch (ObjectStoreException | Unavailable | Refusal e) {
      tell(clock.look(), "waits: " + e.getMessage());
    }
  }

  /// Sees where resources are served now.
  private void moved(Instant now) {
    for (String service : Plant.SERVICES) {
      Route route = site.route(new ResourceName(service));
      CellName is = route.primary().cell();
      CellName was = cell(service);
      boolean rolledBack = !Objects.equals(epochs.put(service, route.epoch()), route.epoch());
      if (is.equals(was) && !rolledBack) {
        continue;
      }
      served.put(service, is);
      Move move = new Move(service, now, was, is);
      moves.add(move);
      if (dry >= BLIND_ROUNDS && firstSaid.isEmpty()) {
        blind++;
      }
      tell(
          now,
          "%s was served from %s and is from %s, epoch %s"
              .formatted(service, was, is, route.epoch()));
      if (ofIncident(move) && lost.isEmpty()) {
        shop.read(service)
            .ifPresentOrElse(
                content -> {
                  lost =
                      OptionalDouble.of(
                          Math.max(0, Duration.between(content.written(), now).toSeconds()));
                  if (content.bad()) {
                    wrong = Optional.of("bad bytes are served after the switch");
                  }
                },
                () -> wrong = Optional.of("nothing can be read after the switch"));
      }
    }
  }

  // ---- what came of it

  private Result result(double days) {
    OptionalDouble lead = OptionalDouble.empty();
    boolean foreseen = false;
    if (firstSaid.isPresent() && failedAt.isPresent()) {
      double minutes = failedAt.getAsDouble() - firstSaid.getAsDouble();
      foreseen = minutes > 0;
      lead = foreseen ? OptionalDouble.of(minutes) : lead;
    }
    return new Result(
        scenario,
        foreseen,
        lead,
        firstSaid,
        action(),
        recovery(),
        lost,
        failedMinutes.getOrDefault("orders", 0),
        wouldFail.getOrDefault("orders", 0),
        moves.size(),
        falseSwitches(),
        early,
        learning,
        flaps(),
        blind,
        days,
        wrong,
        story);
  }

  private OptionalDouble recovery() {
    if (failedAt.isEmpty() || !hasMoved() || helpedAt.isEmpty()) {
      return OptionalDouble.empty();
    }
    Instant failed = onset.plusSeconds((long) (60 * failedAt.getAsDouble()));
    Instant moved = moves.stream().filter(this::ofIncident).findFirst().orElseThrow().at();
    return OptionalDouble.of(Math.max(0, Duration.between(failed, moved).toMillis() / 1e3));
  }

  private String action() {
    List<Decision> all = site.decisions.newest(List.of(ORDERS), 100);
    return all.stream()
        .filter(decision -> !decision.time().isBefore(onset))
        .min(java.util.Comparator.comparingInt(decision -> strength(decision.action())))
        .map(decision ->
            decision.action() == Decision.Action.ROLLED_BACK
                ? decision
                    .weighing()
                    .map(weighing -> weighing.chosen().name())
                    .orElse("MERIT")
                    .toLowerCase(java.util.Locale.ROOT)
                    .replace('_', '-')
                : decision.action().name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'))
        .orElse("-");
  }

  private static int strength(Decision.Action action) {
    return switch (action) {
      case ROLLED_BACK -> 0;
      case WAITS_FOR_APPROVAL -> 1;
      case REFUSED -> 2;
      case PRE_STAGED -> 3;
      case STAYED -> 4;
      case NOTIFIED, OBSERVED, PAUSED -> 5;
    };
  }

  private int falseSwitches() {
    return (int)
        moves.stream()
            .filter(move -> !home(move))
            .filter(move ->
                !scenario.fails()
                    || move.at().isBefore(onset)
                    || wouldFail.getOrDefault(move.service(), 0) == 0)
            .count();
  }

  private boolean home(Move move) {
    return shop.catalogue.resources().getFirst().rollback() == RollbackMode.SWITCH_AND_RESTORE
        && move.to().equals(Shop.EAST);
  }

  private int flaps() {
    int flaps = 0;
    for (String service : Plant.SERVICES) {
      List<Move> own = moves.stream().filter(move -> move.service().equals(service)).toList();
      for (int i = 1; i < own.size(); i++) {
        boolean soon = Duration.between(own.get(i - 1).at(), own.get(i).at()).compareTo(FLAP) <= 0;
        if (soon && !(i == 1 && home(own.get(i)))) {
          flaps++;
        }
      }
    }
    return flaps;
  }

  private void tellOnce(String key, Instant at, String line) {
    if (told.add(key)) {
      tell(at, line);
    }
  }

  private void tell(Instant at, String line) {
    if (story.size() < MOST_STORY) {
      story.add(at.truncatedTo(ChronoUnit.SECONDS) + " " + line);
    }
  }

  private static double minutes(Instant from, Instant to) {
    return Duration.between(from, to).toMillis() / 60e3;
  }
}
