package dev.gnomon.otlp;

import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.SeriesKey;
import dev.gnomon.core.telemetry.distributions.Buckets;
import dev.gnomon.core.telemetry.distributions.Digests;
import dev.gnomon.core.telemetry.distributions.ExponentialBuckets;
import dev.gnomon.core.telemetry.distributions.ExponentialBuckets.Side;
import dev.gnomon.core.telemetry.distributions.Spread;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.metrics.v1.AggregationTemporality;
import io.opentelemetry.proto.metrics.v1.DataPointFlags;
import io.opentelemetry.proto.metrics.v1.ExponentialHistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.opentelemetry.proto.metrics.v1.NumberDataPoint;
import io.opentelemetry.proto.metrics.v1.SummaryDataPoint;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The points of one request as samples.
///
/// Gauges are gauges. Sums: cumulative ones that only grow are counters, cumulative ones that also
/// fall are gauges, and those of intervals become gauges a second. Distributions become counts and
/// quantiles ([Digests]). The unit of a metric is its label `unit`. Source: the metrics data model
/// of OpenTelemetry.
final class Points {
  private static final String UNIT = "unit";
  private static final long NANOS = 1_000_000_000L;

  private final Digests digests;
  private final int atMost;
  private final List<Sample> samples = new ArrayList<>();
  private int seen;
  private int rejected;
  private String why = "";

  Points(Digests digests, int atMost) {
    this.digests = digests;
    this.atMost = atMost;
  }

  OtlpMetrics.Read read() {
    return new OtlpMetrics.Read(List.copyOf(samples), rejected, why);
  }

  private void reject(Metric metric, String reason) {
    rejected++;
    if (why.isEmpty()) {
      String name = metric.getName().replaceAll("[^\\w./-]", "?");
      why = "metric %s: %s".formatted(name.substring(0, Math.min(100, name.length())), reason);
    }
  }

  void take(Metric metric, Map<String, String> place) {
    switch (metric.getDataCase()) {
      case GAUGE ->
          metric.getGauge().getDataPointsList().forEach(point -> gauge(metric, place, point));
      case SUM -> metric.getSum().getDataPointsList().forEach(point -> sum(metric, place, point));
      case HISTOGRAM ->
          metric
              .getHistogram()
              .getDataPointsList()
              .forEach(point -> histogram(metric, place, point));
      case EXPONENTIAL_HISTOGRAM ->
          metric
              .getExponentialHistogram()
              .getDataPointsList()
              .forEach(point -> exponential(metric, place, point));
      case SUMMARY ->
          metric.getSummary().getDataPointsList().forEach(point -> summary(metric, place, point));
      case DATA_NOT_SET -> {} // A kind of a later version: of its points nothing is known.
    }
  }

  /// What every point has.
  ///
  /// @param interval empty if the point does not say when it began
  private record Head(SeriesKey key, Instant time, Optional<Duration> interval) {}

  private Optional<Head> head(
      Metric metric,
      Map<String, String> place,
      List<KeyValue> attributes,
      long start,
      long time,
      int flags) {
    if ((flags & DataPointFlags.DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK_VALUE) != 0) {
      return Optional.empty(); // It says that there is nothing, which is no fault.
    }
    if (++seen > atMost) {
      reject(metric, "expected at most " + atMost + " points in a request");
      return Optional.empty();
    }
    if (time == 0) {
      reject(metric, "a point without a time");
      return Optional.empty();
    }
    Optional<Map<String, String>> labels = Attributes.with(place, attributes);
    if (labels.isEmpty()) {
      reject(metric, "an attribute that is no single value");
      return Optional.empty();
    }
    if (!metric.getUnit().isEmpty()) {
      labels.get().putIfAbsent(UNIT, metric.getUnit());
    }
    try {
      Instant at = instant(time);
      Optional<Duration> interval =
          start == 0
              ? Optional.empty()
              : Optional.of(Duration.between(instant(start), at)).filter(Duration::isPositive);
      return Optional.of(new Head(SeriesKey.of(metric.getName(), labels.get()), at, interval));
    } catch (IllegalArgumentException e) {
      reject(metric, "a name or an attribute is too long, or there are too many");
      return Optional.empty();
    }
  }

  private static Instant instant(long nanos) {
    return Instant.ofEpochSecond(
        Long.divideUnsigned(nanos, NANOS), Long.remainderUnsigned(nanos, NANOS));
  }

  private Optional<Head> head(Metric metric, Map<String, String> place, NumberDataPoint point) {
    return head(
        metric,
        place,
        point.getAttributesList(),
        point.getStartTimeUnixNano(),
        point.getTimeUnixNano(),
        point.getFlags());
  }

  private static double value(NumberDataPoint point) {
    return point.hasAsInt() ? point.getAsInt() : point.getAsDouble();
  }

  private void gauge(Metric metric, Map<String, String> place, NumberDataPoint point) {
    head(metric, place, point)
        .ifPresent(head ->
            samples.add(new Sample(head.key(), head.time(), value(point), Sample.Kind.GAUGE)));
  }

  private void sum(Metric metric, Map<String, String> place, NumberDataPoint point) {
    Optional<Head> found = head(metric, place, point);
    if (found.isEmpty()) {
      return;
    }
    Head head = found.get();
    switch (metric.getSum().getAggregationTemporality()) {
      case AGGREGATION_TEMPORALITY_CUMULATIVE ->
          samples.add(
              new Sample(
                  head.key(),
                  head.time(),
                  value(point),
                  metric.getSum().getIsMonotonic() ? Sample.Kind.COUNTER : Sample.Kind.GAUGE));
      case AGGREGATION_TEMPORALITY_DELTA -> {
        if (head.interval().isEmpty()) {
          reject(metric, "a sum of an interval without its beginning");
        } else {
          double seconds = head.interval().get().toNanos() / 1e9;
          samples.add(
              new Sample(head.key(), head.time(), value(point) / seconds, Sample.Kind.GAUGE));
        }
      }
      default -> reject(metric, "a sum without an aggregation temporality");
    }
  }

  private void histogram(Metric metric, Map<String, String> place, HistogramDataPoint point) {
    head(
            metric,
            place,
            point.getAttributesList(),
            point.getStartTimeUnixNano(),
            point.getTimeUnixNano(),
            point.getFlags())
        .ifPresent(head -> {
          double[] counts =
              point.getBucketCountsCount() == 0
                  ? new double[] {unsigned(point.getCount())}
                  : point.getBucketCountsList().stream().mapToDouble(Points::unsigned).toArray();
          spread(
              metric,
              head,
              metric.getHistogram().getAggregationTemporality(),
              () ->
                  Buckets.of(
                      point.getExplicitBoundsList().stream()
                          .mapToDouble(Double::doubleValue)
                          .toArray(),
                      counts,
                      point.hasSum() ? point.getSum() : Double.NaN));
        });
  }

  private void exponential(
      Metric metric, Map<String, String> place, ExponentialHistogramDataPoint point) {
    head(
            metric,
            place,
            point.getAttributesList(),
            point.getStartTimeUnixNano(),
            point.getTimeUnixNano(),
            point.getFlags())
        .ifPresent(head ->
            spread(
                metric,
                head,
                metric.getExponentialHistogram().getAggregationTemporality(),
                () ->
                    new ExponentialBuckets(
                        point.getScale(),
                        unsigned(point.getZeroCount()),
                        side(point.getPositive()),
                        side(point.getNegative()),
                        point.hasSum() ? point.getSum() : Double.NaN)));
  }

  private static Side side(ExponentialHistogramDataPoint.Buckets buckets) {
    return new Side(
        buckets.getOffset(),
        buckets.getBucketCountsList().stream().mapToDouble(Points::unsigned).toArray());
  }

  private static double unsigned(long count) {
    return count >= 0 ? count : count + 0x1p64;
  }

  private interface Reading {
    Spread spread();
  }

  private void spread(
      Metric metric, Head head, AggregationTemporality temporality, Reading reading) {
    try {
      switch (temporality) {
        case AGGREGATION_TEMPORALITY_CUMULATIVE ->
            samples.addAll(digests.sinceBeginning(head.key(), head.time(), reading.spread()));
        case AGGREGATION_TEMPORALITY_DELTA -> {
          if (head.interval().isEmpty()) {
            reject(metric, "a distribution of an interval without its beginning");
          } else {
            samples.addAll(
                Digests.ofInterval(
                    head.key(), head.time(), head.interval().get(), reading.spread()));
          }
        }
        default -> reject(metric, "a distribution without an aggregation temporality");
      }
    } catch (IllegalArgumentException e) {
      reject(metric, "its buckets are none, or its name is too long");
    }
  }

  private void summary(Metric metric, Map<String, String> place, SummaryDataPoint point) {
    head(
            metric,
            place,
            point.getAttributesList(),
            point.getStartTimeUnixNano(),
            point.getTimeUnixNano(),
            point.getFlags())
        .ifPresent(head -> {
          try {
            samples.add(
                new Sample(
                    SeriesKey.of(metric.getName() + "_count", head.key().labels()),
                    head.time(),
                    unsigned(point.getCount()),
                    Sample.Kind.COUNTER));
            for (SummaryDataPoint.ValueAtQuantile each : point.getQuantileValuesList()) {
              if (each.getQuantile() >= 0 && each.getQuantile() <= 1) {
                samples.add(
                    new Sample(
                        Digests.quantile(head.key(), each.getQuantile()),
                        head.time(),
                        each.getValue(),
                        Sample.Kind.GAUGE));
              }
            }
          } catch (IllegalArgumentException e) {
            reject(metric, "its name is too long");
          }
        });
  }
}
