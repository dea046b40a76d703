package dev.gnomon.core.chaos;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.chaos.ChaosRecords.Begun;
import dev.gnomon.core.chaos.ChaosRecords.Noticed;
import dev.gnomon.core.chaos.ChaosRecords.Served;
import dev.gnomon.core.chaos.ChaosRecords.Stop;
import dev.gnomon.core.chaos.Outcome.Effects;
import dev.gnomon.core.chaos.Outcome.Verdict;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Rollbacks.Halts;
import dev.gnomon.core.routes.RouteTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// Begins, watches and ends experiments. What is next is read from the records, so any process may
/// go on where another was killed, and any number may do so at once. One experiment at a time.
/// Thread-safe.
public final class RunExperiments {
  /// Merit that falls by this much was noticed.
  public static final double NOTICED = 0.1;

  /// Somebody who asks waits about a minute. What comes much later would begin while nobody
  /// watches.
  public static final Duration MAX_WAIT = Duration.ofMinutes(10);

  /// So long after trouble there may still be evidence of it that moves a resource: probes count
  /// for a minute.
  static final Duration AFTERMATH = Duration.ofMinutes(1);

  private static final String LIMITS = "limits";
  private static final String PAUSE = "pause";
  private static final String CLOCK = "clock";

  private final Catalogue catalogue;
  private final ChaosRules rules;
  private final ChaosRecords records;
  private final RouteTable routes;
  private final SteadyState steady;
  private final RecordedEffects effects;
  private final Places places;
  private final Lessons lessons;
  private final Halts halts;
  private final Ended told;

  /// The newest that needs nothing any more; asked about once a second.
  private volatile long over;

  private final Map<String, Places.Reading> meritBefore = new ConcurrentHashMap<>();
  private final Set<String> noticed = ConcurrentHashMap.newKeySet();
  private final Map<ResourceName, Places.Reading> worst = new ConcurrentHashMap<>();

  /// @param routes read from the objects
  /// @param halts whether a person stopped all automatic action
  /// @param told is told what came of them
  public RunExperiments(
      Catalogue catalogue,
      ChaosRules rules,
      ChaosRecords records,
      RouteTable routes,
      SteadyState steady,
      RecordedEffects effects,
      Places places,
      Lessons lessons,
      Halts halts,
      Ended told) {
    this.catalogue = catalogue;
    this.rules = rules;
    this.records = records;
    this.routes = routes;
    this.steady = steady;
    this.effects = effects;
    this.places = places;
    this.lessons = lessons;
    this.halts = halts;
    this.told = told;
  }

  /// Begins an experiment, or refuses it; both are recorded. The same one again changes nothing.
  ///
  /// @param asked when somebody asked for it; later than [#MAX_WAIT] after it is refused
  /// @return the outcome, if it has one already
  /// @throws Refusal if its id was used for another one
  public Optional<Outcome> request(Experiment wanted, Instant asked) {
    if (!catalogue.policies().chaos().allowed()) {
      throw new Refusal(rules.against(wanted).getFirst()); // Nothing is kept of it.
    }
    Experiment experiment = records.request(wanted);
    String id = experiment.id();
    if (!experiment.equals(wanted)) {
      throw new Refusal(
          "experiment %s was asked for before with other content: %s, %s; use another id"
              .formatted(id, experiment.name(), experiment.trouble().says()));
    }
    Optional<Outcome> known = records.outcome(id);
    if (known.isPresent()) {
      return known;
    }
    while (true) {
      Optional<Numbered<Begun>> last = records.last();
      if (last.filter(one -> one.record().experiment().id().equals(id)).isPresent()) {
        return records.outcome(id); // An older one has its outcome.
      }
      List<String> against = against(experiment, last);
      Instant first = records.request(id).map(ChaosRecords.Request::time).orElse(asked);
      Instant waited = first.isBefore(asked) ? first : asked;
      if (waited.plus(MAX_WAIT).isBefore(records.time())) {
        against.add(
            "it was asked for at %s, longer than %s ago: ask again under another id"
                .formatted(waited, MAX_WAIT));
      }
      if (!against.isEmpty()) {
        return Optional.of(
            records.seal(
                id, new Outcome(Verdict.REFUSED, against, Optional.empty(), records.time())));
      }
      Instant now = records.time();
      Begun begun = new Begun(experiment, now, now.plus(experiment.lasts()), baseline());
      if (records.begin(last.map(Numbered::number).orElse(0L) + 1, begun)) {
        return records.outcome(id); // Somebody may have stopped it before it began.
      }
    }
  }

  private List<String> against(Experiment experiment, Optional<Numbered<Begun>> last) {
    List<String> against = new ArrayList<>(rules.against(experiment));
    last.map(one -> one.record().experiment().id())
        .filter(id -> !records.ended(id))
        .ifPresent(id -> against.add("experiment " + id + " goes on: one at a time"));
    if (halts.paused()) {
      against.add("automation is paused (gnomon resume)");
    }
    if (against.isEmpty()) {
      steady
          .againstBeginning(experiment.expected().merit())
          .forEach(why -> against.add("not steady before it: " + why));
    }
    return against;
  }

  /// What is not as it should be now, a sentence each.
  public List<String> notSteady(double leastMerit) {
    return steady.against(leastMerit);
  }

  private List<Served> baseline() {
    return catalogue.resources().stream()
        .flatMap(resource -> routes.current(resource.name()).stream())
        .map(route ->
            new Served(
                route.resource(),
                route.primary().cell(),
                route.epoch(),
                places.of(route.resource())))
        .toList();
  }

  /// Ends an experiment early; one that was asked for and has not begun never will.
  ///
  /// @return empty if none of this id was asked for, or it has ended
  public Optional<Stop> stop(String id, String by, String reason) {
    Optional<Stop> stopped =
        going()
            .filter(begun -> begun.experiment().id().equals(id))
            .map(begun -> records.stop(id, by, reason));
    if (stopped.isPresent() || records.request(id).isEmpty()) {
      return stopped;
    }
    Stop stop = new Stop(by, reason, records.time());
    Outcome never =
        new Outcome(
            Verdict.REFUSED,
            List.of("stopped by %s before it began: %s".formatted(by, reason)),
            Optional.empty(),
            stop.time());
    return records.seal(id, never).equals(never) ? Optional.of(stop) : Optional.empty();
  }

  /// The one that goes on: it began and has no outcome.
  public Optional<Begun> going() {
    return records
        .last()
        .map(Numbered::record)
        .filter(begun -> !records.ended(begun.experiment().id()));
  }

  /// Watches the one that goes on, and ends it when its time is over.
  ///
  /// @return whether one goes on
  public boolean attend() {
    long newest = records.newest();
    Optional<Begun> last = newest == over ? Optional.empty() : records.begun(newest);
    if (last.isEmpty()) {
      return false;
    }
    Begun begun = last.get();
    String id = begun.experiment().id();
    Optional<Outcome> known = records.outcome(id);
    if (known.isPresent()) {
      learn(newest, begun, known.get());
      return false;
    }
    Instant now = records.time();
    Optional<Stop> stop = records.stop(id);
    if (stop.isEmpty() && now.isBefore(begun.until())) {
      watch(begun);
      return true;
    }
    Instant ended = stop.map(Stop::time).orElse(begun.until());
    Duration settles = begun.experiment().expected().settles();
    Instant limit = ended.plus(settles);
    if (isWatchedStill(stop) && now.isBefore(ended.plus(aftermath(settles)))) {
      return true;
    }
    List<String> unsettled = unsettled(begun);
    if (!unsettled.isEmpty() && now.isBefore(limit)) {
      return true;
    }
    Outcome outcome = outcome(begun, stop, unsettled, now);
    learn(newest, begun, records.seal(id, outcome));
    return false;
  }

  /// What is paused moves nothing any more, and what its limits ended has failed already.
  private static boolean isWatchedStill(Optional<Stop> stop) {
    return stop.filter(one -> Set.of(LIMITS, PAUSE).contains(one.by())).isEmpty();
  }

  private static Duration aftermath(Duration settles) {
    Duration half = settles.dividedBy(2);
    return half.compareTo(AFTERMATH) < 0 ? half : AFTERMATH;
  }

  /// From the outcome that stands, so that all processes learn the same; one that was killed before
  /// it learned does so when it runs again.
  private void learn(long number, Begun begun, Outcome outcome) {
    var unused =
        lessons.learn(begun.experiment().id(), Lessons.of(begun, outcome, records, worst()));
    if (outcome.effects().isPresent()) {
      told.tell(begun.experiment(), outcome);
    }
    over = number;
    meritBefore.clear();
    noticed.clear();
    worst.clear();
  }

  private void watch(Begun begun) {
    String id = begun.experiment().id();
    if (halts.paused() || halts.resumed().filter(begun.from()::isBefore).isPresent()) {
      records.stop(id, PAUSE, "all automatic action was paused");
      return;
    }
    if (records.time().isBefore(begun.from())) {
      records.stop(id, CLOCK, "the clock of the control store went back to before it began");
      return;
    }
    notice(begun);
    Effects soFar = effects.of(begun);
    int most = begun.experiment().expected().switches();
    if (!soFar.falseSwitches().isEmpty()) {
      records.stop(
          id,
          LIMITS,
          "automation moved what it had no reason to: " + String.join(", ", soFar.falseSwitches()));
    } else if (soFar.switches() > most) {
      records.stop(
          id,
          LIMITS,
          "automation moved resources %d times, expected at most %d"
              .formatted(soFar.switches(), most));
    }
  }

  /// Of what merit said first, in this process.
  private void notice(Begun begun) {
    for (Served served : begun.baseline()) {
      places
          .of(served.resource())
          .ifPresent(reading -> {
            worst.merge(served.resource(), reading, (a, b) -> a.merit() <= b.merit() ? a : b);
            String key = begun.experiment().id() + "/" + served.resource();
            Places.Reading before =
                meritBefore.computeIfAbsent(key, ignored -> served.merit().orElse(reading));
            if (before.merit() - reading.merit() >= NOTICED
                && reading.isMeasuredWorse(before)
                && !noticed.contains(key)) {
              records.noticed(
                  begun.experiment().id(),
                  served.resource(),
                  new Noticed(
                      before.merit(), reading.merit(), reading.penalties(), records.time()));
              noticed.add(key);
            }
          });
    }
  }

  /// What merit said when it was lowest; a process that did not see it has what it says now.
  private Places worst() {
    return resource -> Optional.ofNullable(worst.get(resource)).or(() -> places.of(resource));
  }

  /// What keeps it from its end.
  private List<String> unsettled(Begun begun) {
    List<String> all = new ArrayList<>();
    records
        .processes(begun.experiment().id())
        .forEach((process, lifted) -> {
          if (lifted.isEmpty()) {
            all.add("process %s never said that it took the trouble back".formatted(process));
          }
        });
    steady
        .against(begun.experiment().expected().merit())
        .forEach(why -> all.add("not steady after it: " + why));
    return all;
  }

  private Outcome outcome(Begun begun, Optional<Stop> stop, List<String> unsettled, Instant now) {
    Effects seen = effects.of(begun);
    List<String> failures = new ArrayList<>(unsettled);
    seen.failed().forEach(why -> failures.add("a rollback failed: " + why));
    seen.falseSwitches()
        .forEach(id -> failures.add("the trouble was no reason for rollback " + id));
    int most = begun.experiment().expected().switches();
    boolean tooMany = seen.switches() > most;
    if (tooMany) {
      failures.add(
          "automation moved resources %d times, expected at most %d"
              .formatted(seen.switches(), most));
    }
    if (stop.isEmpty()) {
      // What only others felt, such as probes, was noticed.
      if (seen.touched() == 0 && seen.detectionSeconds().isEmpty()) {
        failures.add("the trouble touched nothing, so nothing was shown");
      }
      begun
          .experiment()
          .expected()
          .noticed()
          .filter(within ->
              seen.detectionSeconds().isEmpty()
                  || seen.detectionSeconds().get() > within.toMillis() / 1000.0)
          .ifPresent(within ->
              failures.add(
                  "expected that it is noticed within %s, found %s"
                      .formatted(
                          within,
                          seen.detectionSeconds()
                              .map(seconds -> String.format(Locale.ROOT, "%.1f s", seconds))
                              .orElse("nothing"))));
    }
    boolean broken =
        !unsettled.isEmpty()
            || !seen.failed().isEmpty()
            || !seen.falseSwitches().isEmpty()
            || tooMany
            || (stop.isEmpty() && !failures.isEmpty());
    Verdict verdict = broken ? Verdict.FAILED : stop.isPresent() ? Verdict.STOPPED : Verdict.PASSED;
    List<String> reasons =
        Stream.concat(
                stop.map(one -> "stopped by %s: %s".formatted(one.by(), one.reason())).stream(),
                failures.isEmpty() && stop.isEmpty()
                    ? Stream.of(
                        "steady before and after; %d calls were touched".formatted(seen.touched()),
                        "merit was known of %d of %d places that served"
                            .formatted(
                                begun.baseline().stream()
                                    .filter(served -> served.merit().isPresent())
                                    .count(),
                                begun.baseline().size()))
                    : failures.stream())
            .toList();
    return new Outcome(verdict, reasons, Optional.of(seen), now);
  }
}
