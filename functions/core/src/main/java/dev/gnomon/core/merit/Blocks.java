package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritPolicy;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome.Created;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Intent;
import dev.gnomon.core.rollback.RollbackRecords;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Keeps automation from moving a resource to and fro: after so many changes of place between two
/// cells within a time (`merit.block`), or four times as many as departures within the time of
/// those (`merit.return`), the pair is blocked until a person lifts it. Changes are counted in the
/// routes, those of rollbacks that a person asked for aside. A block is a record, so it holds in
/// every process and after every restart.
public final class Blocks {
  /// A resource that changes place more often within the window is blocked long before.
  private static final int MAX_EPOCHS = 1000;

  /// Slow flapping: leaving, coming back, and as much again for what has other causes.
  private static final int CHANGES_A_DEPARTURE = 4;

  private final ControlRecords records;
  private final RouteTable routes;
  private final MeritPolicy policy;

  public Blocks(ControlRecords records, RouteTable routes, MeritPolicy policy) {
    this.records = records;
    this.routes = routes;
    this.policy = policy;
  }

  /// `merit/blocks/<resource>/<n>`: a pair of cells was blocked, or everything was lifted.
  ///
  /// @param pair the two cells; of a lift, empty
  /// @param why a sentence
  public record Entry(List<CellName> pair, String why, Instant time) {
    public Entry {
      pair = List.copyOf(pair);
    }

    private boolean lifts() {
      return pair.isEmpty();
    }

    private boolean isOf(CellName a, CellName b) {
      return pair.contains(a) && pair.contains(b);
    }
  }

  /// The pairs that are blocked now, the oldest first.
  public List<Entry> of(ResourceName resource) {
    return standing(log(resource).all());
  }

  private static List<Entry> standing(List<Entry> all) {
    List<Entry> standing = new ArrayList<>();
    for (Entry entry : all) {
      if (entry.lifts()) {
        standing.clear();
      } else {
        standing.add(entry);
      }
    }
    return standing;
  }

  /// Why automation must not move a resource between where it is served and a cell; blocks the pair
  /// if there were too many changes. Racing callers block it once.
  public Optional<String> against(Route route, CellName to) {
    CellName from = route.primary().cell();
    RecordLog<Entry> log = log(route.resource());
    while (true) {
      List<Entry> all = log.all();
      Optional<Entry> known =
          standing(all).stream().filter(entry -> entry.isOf(from, to)).findFirst();
      if (known.isPresent()) {
        return known.map(entry -> blocked(route.resource(), entry));
      }
      Instant now = records.time();
      Optional<String> why =
          tooMany(route, to, counted(all, now, policy.within()), policy.switches())
              .or(() ->
                  tooMany(
                      route,
                      to,
                      counted(all, now, policy.departuresWithin()),
                      CHANGES_A_DEPARTURE * policy.departures()));
      if (why.isEmpty()) {
        return Optional.empty();
      }
      Entry entry = new Entry(List.of(from, to), why.get(), now);
      if (log.append(all.size() + 1L, entry) instanceof Created) {
        return Optional.of(blocked(route.resource(), entry));
      }
    }
  }

  private static Instant counted(List<Entry> all, Instant now, Duration within) {
    Instant since = now.minus(within);
    return all.stream()
        .filter(Entry::lifts)
        .map(Entry::time)
        .filter(since::isBefore)
        .max(Instant::compareTo)
        .orElse(since);
  }

  private Optional<String> tooMany(Route route, CellName to, Instant counted, int most) {
    CellName from = route.primary().cell();
    int changes = changes(route, from, to, counted);
    return changes < most
        ? Optional.empty()
        : Optional.of(
            "it changed %d times between %s and %s since %s".formatted(changes, from, to, counted));
  }

  private static String blocked(ResourceName resource, Entry entry) {
    return "automation is blocked between %s since %s: %s (gnomon merit unblock %s)"
        .formatted(
            entry.pair().getFirst() + " and " + entry.pair().getLast(),
            entry.time(),
            entry.why(),
            resource);
  }

  private int changes(Route current, CellName a, CellName b, Instant since) {
    Set<CellName> pair = new HashSet<>(List.of(a, b));
    int changes = 0;
    Route newer = current;
    for (int epochs = 0; epochs < MAX_EPOCHS && newer.time().isAfter(since); epochs++) {
      if (newer.epoch().equals(Epoch.FIRST)) {
        break;
      }
      Optional<Route> older = routes.at(newer.resource(), new Epoch(newer.epoch().value() - 1));
      if (older.isEmpty()) {
        break;
      }
      Set<CellName> places =
          new HashSet<>(List.of(older.get().primary().cell(), newer.primary().cell()));
      if (places.equals(pair) && !ofAPerson(newer)) {
        changes++;
      }
      newer = older.get();
    }
    return changes;
  }

  /// What a person moves is no flap, however often: trying a switch must not cost the protection.
  private boolean ofAPerson(Route route) {
    return RollbackRecords.causing(records, route.resource(), route.cause())
        .filter(at ->
            at.intent().filter(Intent::judgedByPerson).isPresent()
                || (route.cause().endsWith("/return") && at.has("return-ordered")))
        .isPresent();
  }

  /// Lifts every block of a resource, and counts anew from now on.
  ///
  /// @return what was lifted
  public List<Entry> lift(ResourceName resource, String why) {
    RecordLog<Entry> log = log(resource);
    while (true) {
      List<Entry> all = log.all();
      List<Entry> standing = standing(all);
      if (standing.isEmpty()) {
        return List.of();
      }
      if (log.append(all.size() + 1L, new Entry(List.of(), why, records.time()))
          instanceof Created) {
        return standing;
      }
    }
  }

  private RecordLog<Entry> log(ResourceName resource) {
    return new RecordLog<>(records, "merit/blocks/" + resource, Entry.class);
  }
}
