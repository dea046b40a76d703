package dev.gnomon.core.chaos;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// `chaos/runs/<id>/outcome`: what came of an experiment. Written once.
///
/// @param reasons sentences; of a PASSED one what was shown
/// @param effects empty if no trouble was made
public record Outcome(
    Verdict verdict, List<String> reasons, Optional<Effects> effects, Instant time) {
  public Outcome {
    reasons = List.copyOf(reasons);
  }

  /// How it ended.
  public enum Verdict {
    /// All that was expected happened, and nothing else.
    PASSED,
    /// Something did not: a rollback failed, the trouble was not taken back, automation moved what
    /// it should not have, or it was not steady again in time.
    FAILED,
    /// A person or the pause switch ended it early, and nothing had failed until then.
    STOPPED,
    /// It was not begun.
    REFUSED
  }

  /// What was measured, from the records. Times count from when the trouble began.
  ///
  /// @param detectionSeconds until automation noticed
  /// @param rtoSeconds until the last of the resources that were rolled back was served again
  /// @param rpoSeconds age, then, of the oldest point that one went back to
  /// @param switches how often automation moved a resource to another cell
  /// @param falseSwitches those of them that the trouble was no reason for
  /// @param rollbacks ids of those that began
  /// @param failed ids of those that failed
  /// @param touched calls that the trouble touched
  public record Effects(
      Optional<Double> detectionSeconds,
      Optional<Double> rtoSeconds,
      Optional<Double> rpoSeconds,
      int switches,
      List<String> falseSwitches,
      List<String> rollbacks,
      List<String> failed,
      long touched) {
    public Effects {
      falseSwitches = List.copyOf(falseSwitches);
      rollbacks = List.copyOf(rollbacks);
      failed = List.copyOf(failed);
    }
  }
}
