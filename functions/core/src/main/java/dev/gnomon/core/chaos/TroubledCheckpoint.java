package dev.gnomon.core.chaos;

import dev.gnomon.core.control.Checkpoint;
import java.util.Optional;
import java.util.function.BiPredicate;

/// Kills the work on an event after a step, as often as the experiment says. Thread-safe.
public final class TroubledCheckpoint implements Checkpoint {
  private final Checkpoint next;
  private final Injected injected;
  private final BiPredicate<String, Integer> claims;

  /// @param claims takes one of so many kills of an experiment; false if none is left
  public TroubledCheckpoint(
      Checkpoint next, Injected injected, BiPredicate<String, Integer> claims) {
    this.next = next;
    this.injected = injected;
    this.claims = claims;
  }

  @Override
  public void reached(String step) {
    next.reached(step);
    Optional<Trouble> now = injected.now();
    if (now.isPresent()
        && now.get() instanceof Trouble.KilledFunction killed
        && killed.after().equals(step)) {
      String experiment = injected.experiment().orElse("");
      if (!experiment.isEmpty() && claims.test(experiment, killed.times())) {
        injected.touch();
        throw new KilledHere(experiment, step);
      }
    }
  }
}
