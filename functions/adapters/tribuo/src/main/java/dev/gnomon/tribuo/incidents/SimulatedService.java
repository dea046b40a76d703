package dev.gnomon.tribuo.incidents;

import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.SeriesKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A service with its usual levels, and what its metrics show of a condition.
final class SimulatedService {
  private static final double DAY_SECONDS = 86_400;
  private static final double FAILING_ERRORS = 0.6;
  private static final double FAILING_LATENCY = 8;

  /// One of its series.
  record Metric(Aspect aspect, SeriesKey key, Level level) {}

  /// What a metric shows now.
  private interface Level {
    double at(Now now);
  }

  /// A moment: what the levels are made from.
  private record Now(Condition condition, double load, double rate, Random random) {
    double noisy(double value, double noise) {
      return value * Math.exp(noise * random.nextGaussian());
    }

    /// A share of counted events: Poisson by its normal limit, as 0 where it is small.
    double counted(double share, double events) {
      double expected = Math.max(0, share) * events;
      double drawn = expected + Math.sqrt(expected) * random.nextGaussian();
      return Math.max(0, Math.rint(drawn)) / Math.max(1, events);
    }
  }

  private final List<Metric> metrics = new ArrayList<>();
  private final double traffic;
  private final double swing;
  private final double phase;

  private SimulatedService(Random random) {
    traffic = TrainingRanges.TRAFFIC_PER_SECOND.drawLog(random);
    swing = TrainingRanges.TRAFFIC_DAILY_SWING.draw(random);
    phase = random.nextDouble() * DAY_SECONDS;
  }

  static SimulatedService draw(Random random) {
    SimulatedService service = new SimulatedService(random);
    service.requests(random);
    service.machines(random);
    if (random.nextDouble() < TrainingRanges.HAS_HARDWARE) {
      service.hardware(random);
    }
    if (random.nextDouble() < TrainingRanges.HAS_LOGS) {
      service.logs(random);
    }
    if (random.nextDouble() < TrainingRanges.HAS_PROBES) {
      service.probes(random);
    }
    return service;
  }

  List<Metric> metrics() {
    return metrics;
  }

  double[] values(double seconds, Condition condition, Random random) {
    double day = 1 + swing * Math.sin(2 * Math.PI * (seconds + phase) / DAY_SECONDS);
    double load = day * condition.trafficTimes;
    Now now = new Now(condition, load, traffic * load, random);
    return metrics.stream().mapToDouble(metric -> metric.level().at(now)).toArray();
  }

  private void add(Aspect aspect, String metric, Level level) {
    metrics.add(new Metric(aspect, SeriesKey.of(metric, Map.of("service", "simulated")), level));
  }

  private void requests(Random random) {
    double noise = TrainingRanges.TRAFFIC_NOISE.draw(random);
    if (random.nextDouble() < TrainingRanges.HAS_TRAFFIC) {
      add(
          Aspect.TRAFFIC,
          "http_requests_per_second",
          now -> now.noisy(now.rate() * (now.condition().failing ? 0.5 : 1), noise));
    }
    double p50 = TrainingRanges.LATENCY_P50_SECONDS.drawLog(random);
    double factor = TrainingRanges.LATENCY_P99_FACTOR.draw(random);
    double shake = TrainingRanges.LATENCY_NOISE.draw(random);
    double byLoad = TrainingRanges.LATENCY_BY_LOAD.draw(random);
    add(
        Aspect.LATENCY,
        "request_duration_p50_seconds",
        now -> now.noisy(p50 * (1 + byLoad * (now.load() - 1)) * slow(now, 0.6), shake));
    add(
        Aspect.LATENCY,
        "request_duration_p99_seconds",
        now ->
            now.noisy(
                p50 * factor * (1 + 2 * byLoad * (now.load() - 1)) * slow(now, 1), 2 * shake));
    double errors = TrainingRanges.ERRORS_RATIO.drawLog(random);
    add(
        Aspect.ERRORS,
        "http_errors_ratio",
        now ->
            Math.min(
                1,
                now.counted(
                    errors
                        + now.condition().errorsAdded
                        + (now.condition().failing ? FAILING_ERRORS : 0),
                    now.rate() * 60)));
  }

  private static double slow(Now now, double share) {
    double times = 1 + (now.condition().latencyTimes - 1) * share;
    return Math.max(0.1, now.condition().failing ? Math.max(times, FAILING_LATENCY) : times);
  }

  private void machines(Random random) {
    double cpu = TrainingRanges.CPU_RATIO.draw(random);
    double memory = TrainingRanges.MEMORY_RATIO.draw(random);
    double disk = TrainingRanges.DISK_RATIO.draw(random);
    double queue = TrainingRanges.QUEUE_LENGTH.drawLog(random);
    add(
        Aspect.SATURATION,
        "cpu_utilization_ratio",
        now -> Math.clamp(now.noisy(cpu * now.load(), 0.08) + now.condition().cpu, 0, 1));
    add(
        Aspect.SATURATION,
        "memory_utilization_ratio",
        now ->
            Math.clamp(
                memory
                    + (1 - memory) * now.condition().memory
                    + 0.004 * now.random().nextGaussian(),
                0,
                1));
    add(
        Aspect.SATURATION,
        "filesystem_utilization_ratio",
        now ->
            Math.clamp(
                disk + (1 - disk) * now.condition().disk + 0.0005 * now.random().nextGaussian(),
                0,
                1));
    add(
        Aspect.SATURATION,
        "queue_length",
        now -> Math.rint(now.noisy(queue * now.load() * now.condition().queueTimes, 0.25)));
  }

  private void hardware(Random random) {
    double io = TrainingRanges.IO_LATENCY_SECONDS.drawLog(random);
    double errors = TrainingRanges.MEDIA_ERRORS_PER_SECOND.draw(random);
    double grown = TrainingRanges.MEDIA_ERRORS_GROW_TO.drawLog(random);
    add(
        Aspect.HARDWARE,
        "disk_io_time_seconds",
        now -> now.noisy(io * now.condition().ioTimes, 0.2));
    add(
        Aspect.HARDWARE,
        "nvme_media_errors_per_second",
        now -> now.counted((errors + grown * now.condition().mediaErrors) / 10, 600) * 10);
  }

  private void logs(Random random) {
    double warnings = TrainingRanges.WARNINGS_PER_SECOND.drawLog(random);
    double errors = TrainingRanges.LOGGED_ERRORS_PER_SECOND.drawLog(random);
    add(
        Aspect.LOGS,
        "log_warnings_per_second",
        now -> now.counted(warnings * now.load() * now.condition().warningsTimes, 60));
    add(
        Aspect.LOGS,
        "log_errors_per_second",
        now ->
            now.counted(
                errors * now.condition().loggedErrorsTimes * (now.condition().failing ? 20 : 1),
                60));
  }

  private void probes(Random random) {
    double duration = TrainingRanges.LATENCY_P50_SECONDS.drawLog(random);
    add(
        Aspect.PROBES,
        "probe_success",
        now ->
            now.random().nextDouble()
                    < (now.condition().failing ? 0.95 : now.condition().probesFail)
                ? 0
                : 1);
    add(
        Aspect.PROBES,
        "probe_duration_seconds",
        now ->
            now.noisy(
                duration
                    * now.condition().probeTimes
                    * (1 + 0.3 * (now.condition().latencyTimes - 1)),
                0.15));
  }
}
