package dev.gnomon.core.telemetry.distributions;

import java.util.Optional;

/// How many values fell into which buckets, since some beginning or within an interval. Immutable.
public interface Spread {
  /// How many values there are.
  double count();

  /// The sum of all values; NaN if nobody said.
  double sum();

  /// What came since an earlier reading of the same metric.
  ///
  /// @return empty if it is no continuation of it: something fell, because the process began again,
  ///   or the buckets are others
  Optional<Spread> since(Spread earlier);

  /// The value that a share of all values does not pass, estimated within its bucket.
  ///
  /// @param share 0 to 1
  /// @return NaN if there is no value
  double quantile(double share);
}
