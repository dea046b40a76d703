package dev.gnomon.core.telemetry;

import dev.gnomon.core.anomaly.Judgement;
import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.prediction.Forecast;
import dev.gnomon.core.prediction.Foreseen;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Takes samples in: scores each from those before it, keeps the states, posts how the subjects
/// are, and asks what it means for the future. Thread-safe.
///
/// What is lost between two steps is at most a sample of a new series: nothing here is decided or
/// stored for good.
public final class ObserveSamples {
  private static final int LOCKS = 64;

  private final Catalogue catalogue;
  private final Mapping mapping;
  private final SeriesStates states;
  private final SeriesStates.Budget budget;
  private final Vitals.Board board;
  private final Optional<Forecast> forecast;
  private final Listening listening = new Listening();
  private final NearGlances near = new NearGlances();
  private final Lock[] locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);

  /// @param foreseen failures to announce
  public record Observed(Map<Outcome, Integer> counts, List<Foreseen> foreseen) {}

  /// @param forecast absent: nothing is foreseen
  public ObserveSamples(
      Catalogue catalogue, SeriesStates states, Vitals.Board board, Optional<Forecast> forecast) {
    this.catalogue = catalogue;
    this.mapping = new Mapping(catalogue);
    this.states = states;
    this.board = board;
    this.forecast = forecast;
    TelemetryPolicy policy = catalogue.policies().telemetry();
    this.budget = new SeriesStates.Budget(policy.seriesAtMost(), policy.forget());
  }

  private record Placed(Sample sample, String id, Aspect aspect) {}

  /// Takes a batch in, in any order.
  ///
  /// @param now by the clock of who takes it
  public Observed observe(List<Sample> samples, Instant now) {
    listening.heard(now);
    Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
    Map<Subject, List<Placed>> bySubject = new LinkedHashMap<>();
    for (Sample sample : samples) {
      Optional<Mapping.Mapped> mapped = mapping.of(sample.series());
      if (mapped.isEmpty()) {
        counts.merge(Outcome.UNMAPPED, 1, Integer::sum);
      } else {
        bySubject
            .computeIfAbsent(mapped.get().subject(), each -> new ArrayList<>())
            .add(new Placed(sample, sample.series().id(), mapped.get().aspect()));
      }
    }
    List<Foreseen> foreseen = new ArrayList<>();
    bySubject.forEach((subject, placed) -> {
      placed.sort(Comparator.comparing(one -> one.sample().time()));
      Lock lock = locks[Math.floorMod(subject.hashCode(), LOCKS)];
      lock.lock();
      try {
        foreseen.addAll(of(subject, placed, counts, now));
      } finally {
        lock.unlock();
      }
    });
    return new Observed(counts, foreseen);
  }

  private List<Foreseen> of(
      Subject subject, List<Placed> placed, Map<Outcome, Integer> counts, Instant now) {
    Set<String> ids = new LinkedHashSet<>();
    placed.forEach(one -> ids.add(one.id()));
    Map<String, byte[]> known = states.load(subject, ids).orElseGet(Map::of);
    Map<String, SeriesState> open = new HashMap<>();
    Map<String, SeriesStates.Entry> changed = new LinkedHashMap<>();
    Map<String, Glance> own = new HashMap<>();
    Map<String, List<TakeSample.Taken>> taken = new LinkedHashMap<>();
    for (Placed one : placed) {
      SeriesState state = open.computeIfAbsent(one.id(), id -> state(known.get(id)));
      taken
          .computeIfAbsent(one.id(), each -> new ArrayList<>())
          .add(TakeSample.into(state, one.sample(), one.aspect(), now));
    }
    for (Placed one : placed) {
      SeriesState state = open.get(one.id());
      if (state != null && state.known()) {
        changed.computeIfAbsent(
            one.id(),
            id -> {
              Glance glance = Glance.of(one.sample().series(), one.aspect(), state);
              own.put(id, glance);
              return new SeriesStates.Entry(id, state.bytes(), glance.text());
            });
      }
    }
    // Whether there is a place for new series has to be known first. Those that are known already
    // are stored after the forecast took them in: whoever dies between the two has the samples
    // delivered again, and they are scored again, as they were.
    Set<String> refused =
        new LinkedHashSet<>(stored(subject, changed, id -> !known.containsKey(id)));
    List<ScoredSample> scored = new ArrayList<>();
    taken.forEach((id, all) -> {
      if (!refused.contains(id)) {
        all.forEach(one -> one.scored().ifPresent(scored::add));
      }
    });
    List<Foreseen> foreseen = foreseen(subject, scored, taken.values(), now);
    refused.addAll(stored(subject, changed, known::containsKey));
    taken.forEach((id, all) ->
        all.forEach(one ->
            counts.merge(
                refused.contains(id) ? Outcome.OVER_BUDGET : one.outcome(), 1, Integer::sum)));
    if (!changed.isEmpty()) {
      refused.forEach(own::remove);
      post(subject, near.with(subject, own, now, () -> glances(subject)), now);
    }
    return foreseen;
  }

  /// @return the ids that were refused
  private Set<String> stored(
      Subject subject, Map<String, SeriesStates.Entry> changed, Predicate<String> which) {
    List<SeriesStates.Entry> some =
        changed.values().stream().filter(entry -> which.test(entry.id())).toList();
    return some.isEmpty() ? Set.of() : states.store(subject, some, budget).orElseGet(Set::of);
  }

  private List<Foreseen> foreseen(
      Subject subject,
      List<ScoredSample> scored,
      Collection<List<TakeSample.Taken>> taken,
      Instant now) {
    if (forecast.isEmpty()) {
      return List.of();
    }
    Forecast one = forecast.get();
    List<Foreseen> foreseen = scored.isEmpty() ? List.of() : one.observed(subject, scored, now);
    boolean repeated =
        taken.stream()
            .flatMap(List::stream)
            .map(TakeSample.Taken::outcome)
            .anyMatch(outcome -> outcome == Outcome.DUPLICATE || outcome == Outcome.LATE);
    return foreseen.isEmpty() && repeated ? one.lasting(subject, true, now) : foreseen;
  }

  /// A state that can't be read is as none: the series is learnt anew.
  private static SeriesState state(byte @Nullable [] bytes) {
    if (bytes == null) {
      return new SeriesState();
    }
    try {
      return SeriesState.of(bytes);
    } catch (IllegalArgumentException e) {
      return new SeriesState();
    }
  }

  private Map<String, Glance> glances(Subject subject) {
    Map<String, Glance> all = new HashMap<>();
    states
        .glances(subject)
        .orElseGet(Map::of)
        .forEach((id, text) -> Glance.parse(text).ifPresent(glance -> all.put(id, glance)));
    return all;
  }

  private void post(Subject subject, Map<String, Glance> glances, Instant now) {
    Wellbeing.of(
            subject, glances.values(), forecast.flatMap(one -> one.estimate(subject, now)), now)
        .ifPresent(board::post);
  }

  /// Looks for series that stopped: says so, posts how their subjects are now, and frees places
  /// where most are taken. A stopped series is neither good nor bad. What was foreseen and lasts is
  /// said again.
  public List<Foreseen> sweep(Instant now) {
    List<Foreseen> foreseen = new ArrayList<>();
    for (Subject subject : Subjects.of(catalogue)) {
      forecast.ifPresent(one -> foreseen.addAll(one.lasting(subject, false, now)));
      Map<String, Glance> glances = near.read(subject, now, () -> glances(subject));
      if (glances.isEmpty()) {
        continue;
      }
      List<ScoredSample> missing =
          glances.values().stream()
              .filter(glance -> glance.missing(now))
              .map(ObserveSamples::missing)
              .toList();
      post(subject, glances, now);
      if (!missing.isEmpty()) {
        forecast.ifPresent(one -> foreseen.addAll(one.observed(subject, missing, now)));
        free(subject, glances, now);
      }
    }
    return foreseen;
  }

  /// What does not come again must not keep others out. What is known of a series goes only if
  /// others were heard meanwhile: after an outage of whoever brings the samples all are silent.
  private void free(Subject subject, Map<String, Glance> glances, Instant now) {
    boolean full = glances.size() >= budget.series() * 3L / 4;
    boolean sure = listening.steadily(now);
    Set<String> gone = new LinkedHashSet<>();
    glances.forEach((id, glance) -> {
      boolean old = glance.arrived().plus(budget.kept()).isBefore(now);
      if (old || (full && glance.missing(now) && (sure || !glance.warm()))) {
        gone.add(id);
      }
    });
    if (!gone.isEmpty()) {
      states.forget(subject, gone);
      near.forget(subject);
    }
  }

  private static ScoredSample missing(Glance glance) {
    return new ScoredSample(
        glance.series(),
        glance.aspect(),
        glance.seen(),
        Double.NaN,
        new Judgement.Ignored(Judgement.Why.NOT_A_NUMBER),
        Reading.MISSING);
  }
}
