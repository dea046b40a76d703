package dev.gnomon.core.telemetry.distributions;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Makes plain samples of distributions. Of metric `m` come
///
/// - `m_count`, how many values: a counter, or a gauge a second of what tells intervals;
/// - `m_mean`, `m_p50`, `m_p95`, `m_p99` of the values since the reading before, in m's own unit.
///
/// What it remembers is the last reading of each series, so after a start the first one gives
/// `m_count` only. Thread-safe.
public final class Digests {
  private static final double[] SHARES = {0.5, 0.95, 0.99};

  private final Map<String, Read> last;

  /// @param before the reading before it
  private record Read(Instant time, Spread spread, Optional<Spread> before) {}

  /// @param seriesAtMost that are remembered; those that were not read for longest are forgotten
  public Digests(int seriesAtMost) {
    this.last =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Read> eldest) {
            return size() > seriesAtMost;
          }
        };
  }

  /// Takes all values since the process began. The last reading once more gives the same samples
  /// once more, since they may not have arrived; an older one gives nothing.
  ///
  /// @param key the metric's own name and labels
  public List<Sample> sinceBeginning(SeriesKey key, Instant time, Spread spread) {
    Read read = remembered(key, time, spread);
    if (!read.time().equals(time)) {
      return List.of();
    }
    List<Sample> samples = new ArrayList<>();
    samples.add(new Sample(named(key, "count"), time, read.spread().count(), Sample.Kind.COUNTER));
    // What began again holds no more than came since.
    read.before()
        .map(before -> read.spread().since(before).orElse(read.spread()))
        .ifPresent(fresh -> describe(key, time, fresh, samples));
    return samples;
  }

  /// The newest reading of a series, with this one.
  private synchronized Read remembered(SeriesKey key, Instant time, Spread spread) {
    Read held = last.get(key.id());
    if (held != null && !held.time().isBefore(time)) {
      return held;
    }
    Read read = new Read(time, spread, Optional.ofNullable(held).map(Read::spread));
    last.put(key.id(), read);
    return read;
  }

  /// Takes the values of one interval.
  public static List<Sample> ofInterval(
      SeriesKey key, Instant time, Duration interval, Spread spread) {
    List<Sample> samples = new ArrayList<>();
    double seconds = interval.toNanos() / 1e9;
    samples.add(new Sample(named(key, "count"), time, spread.count() / seconds, Sample.Kind.GAUGE));
    describe(key, time, spread, samples);
    return samples;
  }

  private static void describe(SeriesKey key, Instant time, Spread fresh, List<Sample> samples) {
    if (fresh.count() <= 0) {
      return; // Nothing happened, of which nothing can be said.
    }
    double mean = fresh.sum() / fresh.count();
    if (Double.isFinite(mean)) {
      samples.add(new Sample(named(key, "mean"), time, mean, Sample.Kind.GAUGE));
    }
    for (double share : SHARES) {
      double value = fresh.quantile(share);
      if (Double.isFinite(value)) {
        samples.add(
            new Sample(named(key, "p" + Math.round(share * 100)), time, value, Sample.Kind.GAUGE));
      }
    }
  }

  /// The series of a quantile that somebody else estimated, `m_p99` or `m_p99_9`.
  public static SeriesKey quantile(SeriesKey key, double share) {
    String percent =
        java.math.BigDecimal.valueOf(share).movePointRight(2).stripTrailingZeros().toPlainString();
    return named(key, "p" + percent.replace('.', '_'));
  }

  private static SeriesKey named(SeriesKey key, String what) {
    return new SeriesKey(key.metric() + "_" + what, key.labels());
  }
}
