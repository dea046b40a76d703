package dev.gnomon.bench.harness;

import java.util.Optional;

/// A peer that takes part in a measure.
///
/// @param peer the peer's name
/// @param target the least ratio that is wanted, above 0
/// @param note in which way the two jobs differ, for the reader of the figures
public record Comparison(String peer, Optional<Double> target, Optional<String> note) {
  public Comparison {
    if (target.isPresent() && !(target.get() > 0)) {
      throw new IllegalArgumentException("a target must be above 0: " + target.get());
    }
  }
}
