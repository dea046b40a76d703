package dev.gnomon.core.prediction;

import dev.gnomon.core.objects.ObjectStoreException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;

/// The model that estimates now, corrected by what came of its estimates; the plain rule while it
/// does not fit what happens here. Looks at the shelf now and then. Thread-safe.
public final class ModelInUse {
  private static final Logger LOG = System.getLogger(ModelInUse.class.getName());
  private static final Duration LOOK_EVERY = Duration.ofMinutes(1);

  private final Supplier<Serving> shelf;
  private final SubjectStates states;
  private Serving serving = new Serving(PlainRule.MODEL, List.of());
  private Calibration calibration = new Calibration();
  private Instant looked = Instant.MIN;
  private boolean changed;

  /// @param shelf asked once a minute, such as [ModelShelf#serving]; while it can't be asked, what
  ///   served last goes on
  public ModelInUse(Supplier<Serving> shelf, SubjectStates states) {
    this.shelf = shelf;
    this.states = states;
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

  public synchronized InUse at(Instant now) {
    look(now);
    return new InUse(serving.model(), calibration.line(), calibration.drifted());
  }

  /// What the shelf said last.
  public synchronized Serving serving() {
    return serving;
  }

  /// Takes an outcome of the champion in.
  synchronized void outcome(RampModel model, Outstanding.Outcome outcome) {
    if (!model.name().equals(serving.model().name())) {
      return;
    }
    boolean before = calibration.drifted();
    calibration.outcome(outcome.logOdds(), outcome.failed());
    changed = true;
    if (calibration.drifted() != before) {
      LOG.log(
          Level.WARNING,
          calibration.drifted()
              ? "Model {0} does not fit what happens here ({1} standard deviations from"
                  + " calibrated): the plain rule estimates instead."
              : "Model {0} fits what happens here again ({1} standard deviations from calibrated):"
                  + " it estimates again.",
          model.name(),
          "%.1f".formatted(calibration.z()));
    }
  }

  private void look(Instant now) {
    if (!looked.equals(Instant.MIN)
        && !now.isBefore(looked)
        && Duration.between(looked, now).compareTo(LOOK_EVERY) < 0) {
      return;
    }
    boolean first = looked.equals(Instant.MIN);
    looked = now;
    if (changed) {
      states.store(entry(serving.model()), calibration.state());
      changed = false;
    }
    Serving found;
    try {
      found = shelf.get();
    } catch (ObjectStoreException e) {
      if (first) {
        take(ModelShelf.shipped(List.of()));
      }
      return;
    }
    if (first
        || !found.model().name().equals(serving.model().name())
        || !found.refused().equals(serving.refused())) {
      take(found);
    }
  }

  private void take(Serving found) {
    boolean other =
        !found.model().name().equals(serving.model().name()) || calibration.outcomes() == 0;
    serving = found;
    found
        .refused()
        .forEach(why -> LOG.log(Level.WARNING, "{0}; {1} serves.", why, found.model().name()));
    if (other) {
      LOG.log(Level.INFO, "Failures are estimated by model {0}.", found.model().name());
      calibration =
          states.load(entry(found.model())).map(ModelInUse::read).orElseGet(Calibration::new);
    }
  }

  /// A calibration that can't be read is as none.
  private static Calibration read(byte[] state) {
    try {
      return Calibration.of(state);
    } catch (IllegalArgumentException e) {
      return new Calibration();
    }
  }

  private static String entry(RampModel model) {
    return "calibration:" + model.name();
  }
}
