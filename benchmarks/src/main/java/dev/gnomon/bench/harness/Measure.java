package dev.gnomon.bench.harness;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// One figure that ours, and perhaps peers, read in every round. Immutable.
///
/// @param name unique in its bench
/// @param target what ours has to reach without a peer: stay under it, or reach it where more is
///   better
/// @param comparisons the peers that take part, each once
public record Measure(
    String name, Unit unit, Better better, Optional<Double> target, List<Comparison> comparisons) {
  public Measure {
    comparisons = List.copyOf(comparisons);
    if (comparisons.stream().map(Comparison::peer).distinct().count() < comparisons.size()) {
      throw new IllegalArgumentException("a peer takes part twice in measure " + name);
    }
  }

  /// A time or a size: less is better.
  public static Measure of(String name, Unit unit) {
    return new Measure(name, unit, Better.LESS, Optional.empty(), List.of());
  }

  /// A rate of which more is better.
  public static Measure rate(String name, Unit unit) {
    return new Measure(name, unit, Better.MORE, Optional.empty(), List.of());
  }

  public Measure target(double value) {
    return new Measure(name, unit, better, Optional.of(value), comparisons);
  }

  public Measure against(String peer, String note) {
    return against(new Comparison(peer, Optional.empty(), Optional.of(note)));
  }

  public Measure against(Comparison comparison) {
    List<Comparison> all = new ArrayList<>(comparisons);
    all.add(comparison);
    return new Measure(name, unit, better, target, all);
  }

  /// @return empty if there is no target
  Optional<Boolean> holds(Spread ours) {
    return target.map(value ->
        switch (better) {
          case LESS -> ours.median() < value;
          case MORE -> ours.median() >= value;
        });
  }

  /// How many times better ours is, by the medians: peer/ours where less is better, ours/peer where
  /// more is.
  ///
  /// @return empty where the divisor is 0
  Optional<Double> ratio(Spread ours, Spread peer) {
    double ratio =
        switch (better) {
          case LESS -> peer.median() / ours.median();
          case MORE -> ours.median() / peer.median();
        };
    return Double.isFinite(ratio) ? Optional.of(ratio) : Optional.empty();
  }
}
