package dev.gnomon.prometheus;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.distributions.Buckets;
import dev.gnomon.core.telemetry.distributions.Digests;
import dev.gnomon.core.telemetry.sources.SourceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/// Makes samples of one exposition. Of a histogram or summary `m` come `m_count`, `m_mean` and
/// quantiles such as `m_p99`, see [Digests]; buckets and sums by themselves don't.
final class ExporterSamples {
  private final SourceSpec spec;
  private final String instance;
  private final Digests digests;
  private final Instant now;
  private final List<Sample> samples = new ArrayList<>();
  private final Map<SeriesKey, Histogram> histograms = new LinkedHashMap<>();
  private int unfit;

  private static final class Histogram {
    final NavigableMap<Double, Double> upTo = new TreeMap<>();
    double sum = Double.NaN;
    Instant time = Instant.EPOCH;
  }

  ExporterSamples(SourceSpec spec, String instance, Digests digests, Instant now) {
    this.spec = spec;
    this.instance = instance;
    this.digests = digests;
    this.now = now;
  }

  void take(Exposition line) {
    if (!spec.takes(line.family()) && !spec.takes(line.name())) {
      return;
    }
    Instant time =
        line.millis().isPresent() ? Instant.ofEpochMilli(line.millis().getAsLong()) : now;
    switch (line.type()) {
      case COUNTER -> plain(line, time, Sample.Kind.COUNTER);
      case GAUGE, STATE_SET -> plain(line, time, Sample.Kind.GAUGE);
      case UNKNOWN -> plain(line, time, kind(line.name()));
      case HISTOGRAM -> histogram(line, time);
      case SUMMARY -> summary(line, time);
      case GAUGE_HISTOGRAM, INFO -> {} // Nothing that has a usual course.
    }
  }

  /// By the convention of names.
  static Sample.Kind kind(String name) {
    return name.endsWith("_total")
            || name.endsWith("_count")
            || name.endsWith("_sum")
            || name.endsWith("_bucket")
        ? Sample.Kind.COUNTER
        : Sample.Kind.GAUGE;
  }

  private void plain(Exposition line, Instant time, Sample.Kind kind) {
    key(line.name(), line.labels(), "")
        .ifPresent(key -> samples.add(new Sample(key, time, line.value(), kind)));
  }

  private void histogram(Exposition line, Instant time) {
    key(line.family(), line.labels(), "le")
        .ifPresent(key -> {
          Histogram histogram = histograms.computeIfAbsent(key, each -> new Histogram());
          histogram.time = time;
          if (line.name().endsWith("_sum")) {
            histogram.sum = line.value();
          } else if (line.name().endsWith("_bucket")) {
            bound(line.labels().get("le"))
                .ifPresent(bound -> histogram.upTo.put(bound, line.value()));
          }
        });
  }

  private void summary(Exposition line, Instant time) {
    if (line.name().equals(line.family())) {
      Optional<Double> share = bound(line.labels().get("quantile"));
      key(line.family(), line.labels(), "quantile")
          .filter(key -> share.filter(one -> one >= 0 && one <= 1).isPresent())
          .map(key -> Digests.quantile(key, share.orElseThrow()))
          .ifPresent(key -> samples.add(new Sample(key, time, line.value(), Sample.Kind.GAUGE)));
    } else if (line.name().endsWith("_count")) {
      plain(line, time, Sample.Kind.COUNTER);
    }
  }

  private static Optional<Double> bound(@org.jspecify.annotations.Nullable String text) {
    try {
      return text == null
          ? Optional.empty()
          : Optional.of(new Cursor(text, 0).value()).filter(one -> !Double.isNaN(one));
    } catch (ExpositionText.Malformed e) {
      return Optional.empty();
    }
  }

  private Optional<SeriesKey> key(String metric, Map<String, String> labels, String without) {
    Optional<SeriesKey> key = SeriesLabels.key(metric, labels(labels, without));
    if (key.isEmpty()) {
      unfit++;
    }
    return key;
  }

  /// Its own labels make way for ours, under another name, as with Prometheus.
  private Map<String, String> labels(Map<String, String> given, String without) {
    Map<String, String> ours = new HashMap<>(spec.labels());
    ours.putIfAbsent("job", spec.name());
    ours.putIfAbsent("instance", instance);
    Map<String, String> all = new HashMap<>();
    given.forEach((name, value) -> {
      if (!name.equals(without) && !value.isEmpty()) {
        all.put(ours.containsKey(name) ? "exported_" + name : name, value);
      }
    });
    all.putAll(ours);
    return all;
  }

  int unfit() {
    return unfit;
  }

  List<Sample> done() {
    histograms.forEach((key, histogram) -> digest(key, histogram));
    return samples;
  }

  private void digest(SeriesKey key, Histogram histogram) {
    // Bounds without the last, which is infinite.
    int bounds = histogram.upTo.size() - 1;
    if (bounds < 0 || histogram.upTo.lastKey() != Double.POSITIVE_INFINITY) {
      unfit++;
      return;
    }
    double[] upper = new double[bounds];
    double[] counts = new double[bounds + 1];
    double below = 0;
    int i = 0;
    for (Map.Entry<Double, Double> each : histogram.upTo.entrySet()) {
      if (i < bounds) {
        upper[i] = each.getKey();
      }
      counts[i++] = each.getValue() - below;
      below = each.getValue();
    }
    try {
      Buckets buckets = Buckets.of(upper, counts, histogram.sum);
      samples.addAll(digests.sinceBeginning(key, histogram.time, buckets));
    } catch (IllegalArgumentException e) {
      unfit++; // Counts that fall from bucket to bucket, or too many bounds.
    }
  }
}
