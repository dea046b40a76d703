package dev.gnomon.core.prediction;

import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Fuses what the series of a subject say into the probability of its failure, and says so when the
/// probability reaches `shadowAt`, and again each time it has grown by [#MIND_CHANGES].
/// Thread-safe; subjects are looked at side by side.
///
/// What is said is stored with the state of the subject before it is given out. It is given out
/// again, in the same words under the same name, when samples are delivered again, and each
/// [#AGAIN_AFTER] while the trouble lasts: whoever died before its answer arrived is made up for.
/// Of several processes only one stores each step, so that no trouble has two names.
public final class FusedForecast implements Forecast {
  /// A trouble is announced again when its probability grew by this.
  static final double MIND_CHANGES = 0.2;

  /// What was said of a trouble that lasts is said again after this.
  static final Duration AGAIN_AFTER = Duration.ofMinutes(1);

  /// From this share of failing probes or requests on, a subject fails now.
  static final double FAILS_NOW = 0.5;

  /// With less of a subject known, nobody would see whether it fails.
  private static final double KNOWN_ENOUGH = 0.5;

  private static final int MOST_EVIDENCE = 20;
  private static final int MOST_ESTIMATES = 10_000;
  private static final Duration TOO_OLD = Duration.ofMinutes(15);
  private static final int LOCKS = 64;

  /// Of a subject that other processes change all the time nothing is taken in after this.
  private static final int MOST_TRIES = 8;

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
    ModelInUse.InUse model = models.at(now);
    return changed(
        subject,
        state -> {
          boolean repeated = state.take(samples, now);
          boolean tells = samples.stream().anyMatch(sample -> sample.reading() == Reading.VALUE);
          Looked looked = looked(subject, state, model, tells, now);
          return looked.foreseen.isEmpty() && tells
              ? looked.saying(again(subject, state, repeated, now))
              : looked;
        });
  }

  @Override
  public List<Foreseen> lasting(Subject subject, boolean repeated, Instant now) {
    return changed(
        subject,
        state -> {
          List<Foreseen> again = again(subject, state, repeated, now);
          return new Looked(again, !again.isEmpty(), () -> {});
        });
  }

  @Override
  public Foreseen seen(Foreseen foreseen, Instant now) {
    Subject subject = foreseen.subject();
    return changed(
            subject,
            state -> {
              Instant onset = state.seen(foreseen.estimate().onset().orElseThrow(), now);
              Optional<Said> before = state.said(now);
              Said said =
                  before
                      .filter(one -> one.by(foreseen.episode()))
                      .map(one -> one.again(now))
                      .orElseGet(() ->
                          said(
                              before,
                              foreseen.episode(),
                              subject,
                              foreseen.estimate().since(onset),
                              foreseen.evidence(),
                              now));
              state.say(said);
              return new Looked(List.of(said.foreseen(subject)), true, () -> {});
            })
        .stream()
        .findFirst()
        .orElse(foreseen);
  }

  /// The subject is updated or moved.
  public void changed(Subject subject, Instant at) {
    changed(subject, at, at);
  }

  /// The subject was updated or moved, or will be, which then counts from that time on.
  ///
  /// @param at by the clock of who says so
  /// @param now by our own
  public void changed(Subject subject, Instant at, Instant now) {
    var unused =
        changed(
            subject,
            state -> {
              if (at.isAfter(now)) {
                state.planned(at, now);
              } else {
                state.changed(at);
              }
              return new Looked(List.of(), true, () -> {});
            });
  }

  /// The subject failed, or was rolled back: what was estimated before is no longer waited for.
  /// What is told of one failure, or told twice, counts once.
  ///
  /// @param said by the clock of who says so; later than now counts as now
  /// @param now by our own
  public void failed(Subject subject, Instant said, Instant now) {
    Instant at = said.isAfter(now) ? now : said;
    var unused =
        changed(
            subject,
            state -> {
              if (!state.knowsFailure(at)) {
                state.failed(at);
              }
              state.outstanding.drop();
              return new Looked(List.of(), true, () -> {});
            });
  }

  @Override
  public Optional<Estimate> estimate(Subject subject, Instant now) {
    synchronized (newest) {
      @Nullable Timed timed = newest.get(subject);
      if (timed != null && timed.at.equals(now)) {
        return Optional.of(timed.estimate);
      }
    }
    // Another process may have taken samples since, or all of them.
    return states
        .load(subject.toString())
        .map(FusedForecast::read)
        .filter(state -> state.heardSince(now.minus(TOO_OLD)))
        .map(state -> models.at(now).of(state.features(now), policy.horizon(), now));
  }

  /// What came of a step, which counts once its state is stored.
  private record Looked(List<Foreseen> foreseen, boolean changed, Runnable then) {
    Looked saying(List<Foreseen> other) {
      return new Looked(other, changed, then);
    }
  }

  private interface Step {
    /// May be tried again with a newer state: changes nothing else.
    Looked with(SubjectState state);
  }

  private List<Foreseen> changed(Subject subject, Step step) {
    String name = subject.toString();
    Lock lock = locks[Math.floorMod(subject.hashCode(), LOCKS)];
    lock.lock();
    try {
      for (int tries = 0; tries < MOST_TRIES; tries++) {
        Optional<SubjectStates.Kept> kept = states.load(name);
        SubjectState state = kept.map(FusedForecast::read).orElseGet(SubjectState::new);
        Looked looked = step.with(state);
        if (!looked.changed || states.store(name, SubjectStates.Kept.after(kept, state.state()))) {
          looked.then.run();
          return looked.foreseen;
        }
      }
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  /// A state that can't be read is as none: the subject is learnt anew.
  private static SubjectState read(SubjectStates.Kept kept) {
    try {
      return SubjectState.of(kept.state());
    } catch (IllegalArgumentException e) {
      return new SubjectState();
    }
  }

  private Looked looked(
      Subject subject, SubjectState state, ModelInUse.InUse model, boolean tells, Instant now) {
    Features features = state.features(now);
    Optional<Outstanding.Outcome> outcome = outcome(state, features, model, now);
    Estimate estimate = model.of(features, policy.horizon(), now);
    if (tells && estimate.probability() >= policy.shadowAt()) {
      state.troubled(now);
      features = state.features(now);
      estimate = model.of(features, policy.horizon(), now);
    }
    Estimate last = estimate;
    Runnable then =
        () -> {
          outcome.ifPresent(one -> models.outcome(model.trained(), one));
          synchronized (newest) {
            newest.remove(subject);
            newest.put(subject, new Timed(last, now));
          }
        };
    if (!tells || !worthSaying(state, estimate, now)) {
      return new Looked(List.of(), true, then);
    }
    Said said =
        said(
            state.said(now),
            estimate.model(),
            subject,
            estimate,
            evidence(estimate, features, model),
            now);
    state.say(said);
    return new Looked(List.of(said.foreseen(subject)), true, then);
  }

  private boolean worthSaying(SubjectState state, Estimate estimate, Instant now) {
    double before = state.said(now).map(Said::probability).orElse(0.0);
    return estimate.onset().isPresent()
        && estimate.probability() >= policy.shadowAt()
        && (before == 0 || estimate.probability() >= before + MIND_CHANGES);
  }

  /// The next word on the present episode: named after its onset, and numbered.
  private static Said said(
      Optional<Said> before,
      String by,
      Subject subject,
      Estimate estimate,
      List<String> evidence,
      Instant now) {
    int number = before.map(Said::number).orElse(0) + 1;
    String episode = estimate.onset().orElseThrow().toEpochMilli() + "/" + number;
    return Said.of(number, by, new Foreseen(subject, episode, estimate, evidence, now));
  }

  private static List<Foreseen> again(
      Subject subject, SubjectState state, boolean repeated, Instant now) {
    Optional<Said> due =
        state.said(now).filter(said -> repeated || !said.at().plus(AGAIN_AFTER).isAfter(now));
    due.ifPresent(said -> state.say(said.again(now)));
    return due.map(said -> said.foreseen(subject)).stream().toList();
  }

  /// What came of the last estimate, if that is known now; the next one is taken then.
  private Optional<Outstanding.Outcome> outcome(
      SubjectState state, Features features, ModelInUse.InUse model, Instant now) {
    boolean visible =
        features.of(Feature.PROBES_FAILING).isPresent()
            || features.of(Feature.ERRORS_LEVEL).isPresent();
    boolean watched = visible && features.known() >= KNOWN_ENOUGH;
    boolean failing =
        features.of(Feature.PROBES_FAILING).orElse(0) >= FAILS_NOW
            || features.of(Feature.ERRORS_LEVEL).orElse(0) >= FAILS_NOW;
    long key = model.trained().name().hashCode();
    Optional<Outstanding.Outcome> outcome = state.outstanding.look(now, failing, watched, key);
    if (outcome.filter(Outstanding.Outcome::failed).isPresent()) {
      state.failed(now);
    }
    if (watched && !failing && !state.outstanding.waits()) {
      state.outstanding.begin(
          now, policy.horizon(), model.trained().logOdds(features, policy.horizon()), key);
    }
    return outcome;
  }

  /// How its log-odds, of which the features are parts, became the probability.
  private static String corrected(ModelInUse.InUse model) {
    Calibration.Line line = model.correction();
    return model.drifted() || line.equals(Calibration.NONE)
        ? ""
        : String.format(
            Locale.ROOT,
            " (log-odds %+.1f and %.2f times its own, by how often failures are)",
            line.shift(),
            line.slope());
  }

  private static List<String> evidence(
      Estimate estimate, Features features, ModelInUse.InUse model) {
    List<String> evidence = new ArrayList<>();
    evidence.add(
        "a failure within %d minutes has a probability of %.2f by model %s%s%s"
            .formatted(
                estimate.horizon().toMinutes(),
                estimate.probability(),
                estimate.model(),
                corrected(model),
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
