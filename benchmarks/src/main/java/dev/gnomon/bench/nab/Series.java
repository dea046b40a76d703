package dev.gnomon.bench.nab;

import java.time.Instant;
import java.util.List;

/// One file of the benchmark. Immutable; the arrays are not to be written.
final class Series {
  private static final double PROBATION_SHARE = 0.15;
  private static final int PROBATION_ROWS_AT_MOST = 750;

  private final String name;
  private final Instant[] times;
  private final double[] values;
  private final List<Window> windows;

  /// @param name with its folder, `realTweets/Twitter_volume_KO.csv`
  /// @param times of each row, as the file orders them
  /// @param windows sorted, none over another
  Series(String name, Instant[] times, double[] values, List<Window> windows) {
    if (times.length != values.length) {
      throw new IllegalArgumentException(
          "%s has %d times and %d values".formatted(name, times.length, values.length));
    }
    this.name = name;
    this.times = times.clone();
    this.values = values.clone();
    this.windows = List.copyOf(windows);
  }

  String name() {
    return name;
  }

  int rows() {
    return values.length;
  }

  Instant time(int row) {
    return times[row];
  }

  double value(int row) {
    return values[row];
  }

  List<Window> windows() {
    return windows;
  }

  /// The first row that is scored.
  int probation() {
    return probation(rows());
  }

  static int probation(int rows) {
    return Math.min((int) Math.floor(PROBATION_SHARE * rows), PROBATION_ROWS_AT_MOST);
  }
}
