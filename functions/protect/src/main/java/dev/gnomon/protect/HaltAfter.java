package dev.gnomon.protect;

import dev.gnomon.core.control.Checkpoint;
import org.jspecify.annotations.Nullable;

/// Stops the process, as `kill -9` would, after the effect of a step: `GNOMON_HALT_AFTER=<step>`.
/// For tests.
final class HaltAfter {
  /// What a shell says of a process that was killed.
  private static final int KILLED = 137;

  private HaltAfter() {}

  static Checkpoint named(@Nullable String step) {
    if (step == null || step.isBlank()) {
      return Checkpoint.NONE;
    }
    return reached -> {
      if (reached.equals(step)) {
        Runtime.getRuntime().halt(KILLED);
      }
    };
  }
}
