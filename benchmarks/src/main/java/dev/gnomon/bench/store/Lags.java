package dev.gnomon.bench.store;

import java.util.List;

/// How long single writes took to arrive, in seconds.
record Lags(double median, double p99) {

  /// By the nearest rank.
  ///
  /// @param seconds at least one
  static Lags of(List<Double> seconds) {
    List<Double> sorted = seconds.stream().sorted().toList();
    return new Lags(ranked(sorted, 0.5), ranked(sorted, 0.99));
  }

  private static double ranked(List<Double> sorted, double share) {
    int rank = (int) Math.ceil(share * sorted.size());
    return sorted.get(Math.max(rank, 1) - 1);
  }
}
