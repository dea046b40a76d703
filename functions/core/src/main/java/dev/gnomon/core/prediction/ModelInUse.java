package dev.gnomon.core.prediction;

import dev.gnomon.core.objects.ObjectStoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/// The model that estimates now, corrected by what came of its estimates in all processes; the
/// plain rule while it does not fit what happens here. Looks at the shelf now and then, beside the
/// work: while the shelf can't be asked, what served last goes on, and before it ever answered the
/// model that comes with the program. Thread-safe.
public final class ModelInUse {
  static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  private static final Logger LOG = System.getLogger(ModelInUse.class.getName());
  private static final int MOST_TRIES = 4;

  /// Outcomes that are not counted where all processes see it yet; the oldest give way.
  private static final int MOST_PENDING = 10_000;

  private final Supplier<Serving> shelf;
  private final SubjectStates states;
  private final Executor looks;
  private final List<Outstanding.Outcome> pending = new ArrayList<>();
  private Serving serving = ModelShelf.shipped(List.of());
  private Calibration calibration = new Calibration(BaseRate.prior(serving.model()));
  private Instant looked = Instant.MIN;
  private Optional<String> away = Optional.of("it was not asked yet");
  private boolean looking;
  private boolean announced;

  /// @param shelf asked once a minute, such as [ModelShelf#serving]
  /// @param looks carries out each look; a thread of its own where the shelf may be slow
  public ModelInUse(Supplier<Serving> shelf, SubjectStates states, Executor looks) {
    this.shelf = shelf;
    this.states = states;
    this.looks = looks;
  }

  /// Looks in the thread of whoever asks.
  public ModelInUse(Supplier<Serving> shelf, SubjectStates states) {
    this(shelf, states, Runnable::run);
  }

  /// What estimates now.
  ///
  /// @param trained the champion, whose outcomes are counted even while the plain rule stands in
  /// @param drifted whether the plain rule stands in
  public record InUse(RampModel trained, Calibration.Line correction, boolean drifted) {
    Estimate of(Features features, Duration horizon, Instant now) {
      return drifted
          ? PlainRule.MODEL.of(features, horizon, now)
          : trained.of(features, horizon, now, correction);
    }
  }

  /// How it stands.
  ///
  /// @param away why the shelf can't be asked now; empty: it answered
  /// @param outcomes how many estimates of this model came to an end that was seen
  /// @param brier of those that are remembered
  /// @param z standard deviations from calibrated
  /// @param drifted whether the plain rule stands in
  public record Status(
      Serving serving,
      Optional<String> away,
      long outcomes,
      double brier,
      double z,
      boolean drifted) {
    /// Name of the model that estimates.
    public String estimates() {
      return drifted ? PlainRule.NAME : serving.model().name();
    }
  }

  public synchronized InUse at(Instant now) {
    boolean due =
        looked.equals(Instant.MIN)
            || now.isBefore(looked)
            || Duration.between(looked, now).compareTo(LOOK_EVERY) >= 0;
    if (due && !looking) {
      looking = true;
      looked = now;
      try {
        looks.execute(this::look);
      } catch (RejectedExecutionException e) {
        looking = false; // The process ends.
      }
    }
    return new InUse(serving.model(), calibration.line(), calibration.drifted());
  }

  public synchronized Status status() {
    return new Status(
        serving,
        away,
        calibration.outcomes(),
        calibration.brier(),
        calibration.z(),
        calibration.drifted());
  }

  /// Takes an outcome of the champion in.
  synchronized void outcome(RampModel model, Outstanding.Outcome outcome) {
    if (!model.name().equals(serving.model().name())) {
      return;
    }
    boolean before = calibration.drifted();
    calibration.outcome(outcome.logOdds(), outcome.failed());
    if (pending.size() == MOST_PENDING) {
      pending.removeFirst();
    }
    pending.add(outcome);
    sayDrift(before);
  }

  private void look() {
    try {
      Optional<Serving> found = Optional.empty();
      Optional<String> why = Optional.empty();
      try {
        found = Optional.of(shelf.get());
      } catch (ObjectStoreException e) {
        why = Optional.of(String.valueOf(e.getMessage()));
      } catch (RuntimeException e) {
        why = Optional.of("what stands there is not understood: " + e);
      }
      synchronized (this) {
        sayAway(why);
        found.ifPresent(this::take);
        sayServing();
      }
      count();
    } finally {
      synchronized (this) {
        looking = false;
      }
    }
  }

  private void sayAway(Optional<String> why) {
    if (why.isPresent() && (away.isEmpty() || !announced)) {
      LOG.log(
          Level.WARNING,
          "The shelf of models can''t be asked: {0}. {1} goes on estimating.",
          why.get(),
          serving.model().name());
    } else if (why.isEmpty() && away.isPresent() && announced) {
      LOG.log(Level.INFO, "The shelf of models answers again.");
    }
    away = why;
  }

  private void take(Serving found) {
    if (!found.refused().equals(serving.refused())) {
      found
          .refused()
          .forEach(why -> LOG.log(Level.WARNING, "{0}; {1} serves.", why, found.model().name()));
    }
    if (!found.model().name().equals(serving.model().name())) {
      calibration = new Calibration(BaseRate.prior(found.model()));
      pending.clear();
      announced = false;
    }
    serving = found;
  }

  private void sayServing() {
    if (!announced) {
      announced = true;
      LOG.log(Level.INFO, "Failures are estimated by model {0}.", serving.model().name());
    }
  }

  /// Adds the outcomes of this process to those of all, and takes all.
  private void count() {
    for (int tries = 0; tries < MOST_TRIES; tries++) {
      String entry;
      Calibration.Line prior;
      List<Outstanding.Outcome> taken;
      byte[] own;
      synchronized (this) {
        entry = "calibration:" + serving.model().name();
        prior = BaseRate.prior(serving.model());
        taken = List.copyOf(pending);
        own = calibration.state();
      }
      Optional<SubjectStates.Kept> kept = states.load(entry);
      Optional<Calibration> theirs = kept.flatMap(each -> read(each, prior));
      theirs.ifPresent(all -> taken.forEach(one -> all.outcome(one.logOdds(), one.failed())));
      byte[] sum = theirs.map(Calibration::state).orElse(own);
      if (taken.isEmpty() || states.store(entry, SubjectStates.Kept.after(kept, sum))) {
        counted(entry, theirs, taken.size());
        return;
      }
    }
  }

  private synchronized void counted(String entry, Optional<Calibration> all, int taken) {
    if (!entry.equals("calibration:" + serving.model().name())) {
      return;
    }
    pending.subList(0, Math.min(taken, pending.size())).clear();
    if (all.isPresent()) {
      boolean before = calibration.drifted();
      calibration = all.get();
      pending.forEach(one -> calibration.outcome(one.logOdds(), one.failed()));
      sayDrift(before);
    }
  }

  private void sayDrift(boolean before) {
    if (calibration.drifted() != before) {
      LOG.log(
          Level.WARNING,
          calibration.drifted()
              ? "Model {0} does not fit what happens here ({1} standard deviations from"
                  + " calibrated): the plain rule estimates instead."
              : "Model {0} fits what happens here again ({1} standard deviations from calibrated):"
                  + " it estimates again.",
          serving.model().name(),
          "%.1f".formatted(calibration.z()));
    }
  }

  /// A calibration that can't be read is as none.
  private static Optional<Calibration> read(SubjectStates.Kept kept, Calibration.Line prior) {
    try {
      return Optional.of(Calibration.of(kept.state(), prior));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
