package dev.gnomon.core.prediction;

import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/// Fuses what the series of a subject say into the probability of its failure, and says so once for
/// each trouble: when the probability reaches `shadowAt`, and again each time it has grown by
/// [#MIND_CHANGES]. Thread-safe; subjects are looked at side by side.
public final class FusedForecast implements Forecast {
  /// A trouble is announced again when its probability grew by this.
  static final double MIND_CHANGES = 0.2;

  /// From this share of failing probes or requests on, a subject fails now.
  static final double FAILS_NOW = 0.5;

  /// With less of a subject known, nobody would see whether it fails.
  private static final double KNOWN_ENOUGH = 0.5;

  private static final int MOST_EVIDENCE = 20;
  private static final int MOST_ESTIMATES = 10_000;
  private static final Duration TOO_OLD = Duration.ofMinutes(15);
  private static final int LOCKS = 64;

  private final SubjectStates states;
  private final ModelInUse models;
  private final PredictionPolicy policy;
  private final Lock[] locks =
      Stream.generate(ReentrantLock::new).limit(LOCKS).toArray(Lock[]::new);
  private final Map<Subject, Timed> newest =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Subject, Timed> eldest) {
          return size() > MOST_ESTIMATES;
        }
      };

  private record Timed(Estimate estimate, Instant at) {}

  public FusedForecast(SubjectStates states, ModelInUse models, PredictionPolicy policy) {
    this.states = states;
    this.models = models;
    this.policy = policy;
  }

  @Override
  public List<Foreseen> observed(Subject subject, List<ScoredSample> samples, Instant now) {
    return locked(
        subject,
        state -> {
          state.take(samples, now);
          boolean tells = samples.stream().anyMatch(sample -> sample.reading() == Reading.VALUE);
          return looked(subject, state, tells, now);
        });
  }

  /// The subject was updated or moved, or will be.
  public void changed(Subject subject, Instant at) {
    var unused =
        locked(
            subject,
            state -> {
              state.changed(at);
              return List.of();
            });
  }

  /// The subject failed, or was rolled back: what was estimated before is no longer waited for.
  public void failed(Subject subject, Instant at) {
    var unused =
        locked(
            subject,
            state -> {
              state.failed(at);
              state.outstanding.drop();
              return List.of();
            });
  }

  /// The newest estimate of a subject, if there is one that is not too old to be true.
  ///
  /// @param now by the clock of who asks
  public Optional<Estimate> estimate(Subject subject, Instant now) {
    synchronized (newest) {
      return Optional.ofNullable(newest.get(subject))
          .filter(timed -> Duration.between(timed.at, now).compareTo(TOO_OLD) <= 0)
          .map(Timed::estimate);
    }
  }

  private interface Step {
    List<Foreseen> with(SubjectState state);
  }

  private List<Foreseen> locked(Subject subject, Step step) {
    Lock lock = locks[Math.floorMod(subject.hashCode(), LOCKS)];
    lock.lock();
    try {
      SubjectState state =
          states.load(subject.toString()).map(FusedForecast::read).orElseGet(SubjectState::new);
      List<Foreseen> foreseen = step.with(state);
      states.store(subject.toString(), state.state());
      return foreseen;
    } finally {
      lock.unlock();
    }
  }

  /// A state that can't be read is as none: the subject is learnt anew.
  private static SubjectState read(byte[] bytes) {
    try {
      return SubjectState.of(bytes);
    } catch (IllegalArgumentException e) {
      return new SubjectState();
    }
  }

  private List<Foreseen> looked(Subject subject, SubjectState state, boolean tells, Instant now) {
    Features features = state.features(now);
    ModelInUse.InUse model = models.at(now);
    learn(state, features, model, now);
    Estimate estimate = model.of(features, policy.horizon(), now);
    if (tells && estimate.probability() >= policy.shadowAt()) {
      state.troubled(now);
      features = state.features(now);
      estimate = model.of(features, policy.horizon(), now);
    }
    synchronized (newest) {
      newest.remove(subject);
      newest.put(subject, new Timed(estimate, now));
    }
    if (!tells || !worthSaying(state, estimate)) {
      return List.of();
    }
    state.announced(estimate.probability());
    String episode = subject + "/" + estimate.onset().orElseThrow().toEpochMilli();
    return List.of(new Foreseen(subject, episode, estimate, evidence(estimate, features, model)));
  }

  private boolean worthSaying(SubjectState state, Estimate estimate) {
    boolean before = state.announced() > 0;
    return estimate.onset().isPresent()
        && estimate.probability() >= policy.shadowAt()
        && (!before || estimate.probability() >= state.announced() + MIND_CHANGES);
  }

  /// Counts what came of the last estimate whose outcome is known, and takes the next.
  private void learn(SubjectState state, Features features, ModelInUse.InUse model, Instant now) {
    boolean visible =
        features.of(Feature.PROBES_FAILING).isPresent()
            || features.of(Feature.ERRORS_LEVEL).isPresent();
    boolean watched = visible && features.known() >= KNOWN_ENOUGH;
    boolean failing =
        features.of(Feature.PROBES_FAILING).orElse(0) >= FAILS_NOW
            || features.of(Feature.ERRORS_LEVEL).orElse(0) >= FAILS_NOW;
    long key = model.trained().name().hashCode();
    state
        .outstanding
        .look(now, failing, watched, key)
        .ifPresent(outcome -> {
          models.outcome(model.trained(), outcome);
          if (outcome.failed()) {
            state.failed(now);
          }
        });
    if (watched && !failing && !state.outstanding.waits()) {
      state.outstanding.begin(
          now, policy.horizon(), model.trained().logOdds(features, policy.horizon()), key);
    }
  }

  private static List<String> evidence(
      Estimate estimate, Features features, ModelInUse.InUse model) {
    List<String> evidence = new ArrayList<>();
    evidence.add(
        "a failure within %d minutes has a probability of %.2f by model %s%s"
            .formatted(
                estimate.horizon().toMinutes(),
                estimate.probability(),
                estimate.model(),
                model.drifted()
                    ? "; %s does not fit what happens here".formatted(model.trained().name())
                    : ""));
    estimate.contributions().stream()
        .filter(contribution -> contribution.effect() > 0)
        .map(contribution ->
            "%s (%+.1f log-odds)".formatted(contribution.says(), contribution.effect()))
        .forEach(evidence::add);
    evidence.addAll(features.evidence());
    return evidence.subList(0, Math.min(evidence.size(), MOST_EVIDENCE));
  }
}
