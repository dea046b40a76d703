package dev.gnomon.bench.harness;

import dev.gnomon.bench.work.RoundFailedException;
import java.io.IOException;
import java.util.List;

/// A benchmark; a class each. It has no state of its own.
public interface Bench {
  /// The word after `gnomon bench`.
  String name();

  /// One line about what it measures.
  String summary();

  /// Names of the peers that it may use.
  List<String> peers();

  /// Measures that can be had without the others.
  default List<String> parts() {
    return List.of();
  }

  /// Whether it reads a data set that the user has to name.
  default boolean needsData() {
    return false;
  }

  /// How often everybody runs unless told.
  default int rounds() {
    return Rounds.DEFAULT;
  }

  /// Gets everything ready that is not to be measured.
  ///
  /// @throws RoundFailedException if ours can't even be prepared
  Contest prepare(Setting setting) throws RoundFailedException, IOException, InterruptedException;
}
