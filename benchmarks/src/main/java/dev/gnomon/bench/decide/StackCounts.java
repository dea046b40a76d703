package dev.gnomon.bench.decide;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a stack has done since it was started, by its metrics.
///
/// @param done by name
/// @param nanos when that was read
record StackCounts(Map<String, Double> done, long nanos) {
  static final String STORE_REQUESTS = "store-requests";
  static final String FILE_SYNCS = "file-syncs";
  static final String REDIS_COMMANDS = "redis-commands";
  static final String EVENTS = "events";

  /// Metrics whose values are added up, by the name of the count.
  static final Map<String, String> METRICS =
      Map.of(
          STORE_REQUESTS, "gnomon_store_requests_total",
          FILE_SYNCS, "gnomon_store_syncs_total",
          REDIS_COMMANDS, "gnomon_redis_commands_total",
          EVENTS, "gnomon_events_total");

  StackCounts {
    done = Map.copyOf(done);
  }

  /// @param metrics in the text format of Prometheus
  static StackCounts of(String metrics, long nanos) {
    Map<String, Double> sums = new LinkedHashMap<>();
    METRICS.forEach((count, metric) ->
        sums.put(
            count,
            metrics
                .lines()
                .filter(line -> line.startsWith(metric + "{") || line.startsWith(metric + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum()));
    return new StackCounts(sums, nanos);
  }

  private Duration since(StackCounts before) {
    return Duration.ofNanos(nanos - before.nanos);
  }

  /// What was done since, for each of so many, without what an idle stack does in that time.
  ///
  /// @param idle what was done from one reading to another while nothing was asked
  Map<String, Double> each(StackCounts before, int many, Map<String, Double> idle) {
    Map<String, Double> each = new LinkedHashMap<>();
    double seconds = since(before).toNanos() / 1e9;
    done.forEach((count, value) -> {
      double all = value - before.done.getOrDefault(count, 0.0);
      double ofIdle = idle.getOrDefault(count, 0.0) * seconds;
      each.put(count, Math.max(0, all - ofIdle) / many);
    });
    return each;
  }

  /// What was done in a second since.
  Map<String, Double> perSecond(StackCounts before) {
    double seconds = since(before).toNanos() / 1e9;
    Map<String, Double> rates = new LinkedHashMap<>();
    done.forEach((count, value) ->
        rates.put(count, (value - before.done.getOrDefault(count, 0.0)) / seconds));
    return rates;
  }
}
