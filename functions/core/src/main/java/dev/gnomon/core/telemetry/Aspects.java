package dev.gnomon.core.telemetry;

import dev.gnomon.core.telemetry.alerts.FiringAlerts;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// What a metric tells of, by the conventions of Prometheus and OpenTelemetry names. The first line
/// that fits holds; docs/OPERATIONS.md shows them. A rule may say otherwise.
final class Aspects {
  private static final String PROBE = "probe_success";
  private static final List<String> HARDWARE =
      List.of("smartmon_", "smartctl_", "nvme_", "node_nvme_", "node_md_", "node_edac_", "hw_");
  private static final List<String> LOGS = List.of("gnomon_log_", "log_", "logs_");
  private static final List<String> QUIET_SEVERITIES = List.of("trace", "debug", "info", "unknown");

  // What would be taken for something else by a word of its name: of node_exporter (pressure,
  // io_time, conntrack), redis_exporter (blocked clients, evicted keys), postgres_exporter (locks)
  // and the process metrics of the client libraries (open file descriptors).
  private static final List<String> FULL_OF_ITS_OWN =
      List.of(
          "node_pressure_",
          "io_time",
          "conntrack",
          "blocked_clients",
          "evicted_keys",
          "pg_locks",
          "open_fds");

  // Beyond plain words: errs and drop of node_exporter, oom_kill of its vmstat, deadlocks,
  // conflicts and rollbacks of postgres_exporter, offline drives of MinIO.
  private static final List<String> FAULTS =
      List.of(
          "error",
          "fail",
          "exception",
          "timeout",
          "retrans",
          "corrupt",
          "dropped",
          "rejected",
          "_errs",
          "_drop_",
          "oom_kill",
          "deadlock",
          "conflicts",
          "xact_rollback",
          "offline");

  // ttfb is MinIO's time to the first byte, slowlog Redis'.
  private static final List<String> TIMES =
      List.of("duration", "latency", "response_time", "wait", "delay", "lag", "ttfb", "slowlog");
  private static final List<String> FULLNESS =
      List.of(
          "util",
          "usage",
          "used",
          "pending",
          "queue",
          "backlog",
          "load",
          "saturat",
          "pressure",
          "free",
          "avail",
          "ratio");
  // Of which more is better, so that neither direction is known to be bad by its name.
  private static final List<String> GOOD_SHARES =
      List.of(
          "success_ratio",
          "success_rate",
          "success_percent",
          "hit_ratio",
          "hit_rate",
          "hit_percent",
          "hits_ratio",
          "availability");

  private static final List<String> DEMAND =
      List.of(
          "request",
          "bytes",
          "packets",
          "operations",
          "connections",
          "throughput",
          "_count",
          "connected_clients",
          "commands_processed",
          "numbackends",
          "xact_commit");
  private static final List<String> STATUS_LABELS =
      List.of("code", "status", "status_code", "http_status_code", "http_response_status_code");

  private Aspects() {}

  static Aspect of(SeriesKey series) {
    String name = series.metric().toLowerCase(Locale.ROOT).replace('.', '_');
    if (name.endsWith(PROBE)) {
      return Aspect.PROBES;
    }
    if (begins(name, HARDWARE)) {
      return Aspect.HARDWARE;
    }
    if (begins(name, LOGS)) {
      // More lines that complain of nothing are more work, no trouble.
      return QUIET_SEVERITIES.contains(series.labels().getOrDefault("severity", ""))
          ? Aspect.TRAFFIC
          : Aspect.LOGS;
    }
    // How samples are spread over the buckets of a histogram says nothing for each alone.
    if (name.endsWith("_bucket") || name.endsWith("_sum")) {
      return Aspect.OTHER;
    }
    if (name.equals(FiringAlerts.METRIC)) {
      return Aspect.ERRORS;
    }
    if (holds(name, FULL_OF_ITS_OWN)) {
      return Aspect.SATURATION;
    }
    if (holds(name, GOOD_SHARES)) {
      return Aspect.OTHER;
    }
    if (holds(name, FAULTS) || saysServerError(series.labels())) {
      return Aspect.ERRORS;
    }
    if (name.endsWith("_count")) {
      return Aspect.TRAFFIC;
    }
    if (holds(name, TIMES)) {
      return Aspect.LATENCY;
    }
    if (holds(name, FULLNESS)) {
      return Aspect.SATURATION;
    }
    return holds(name, DEMAND) ? Aspect.TRAFFIC : Aspect.OTHER;
  }

  private static boolean saysServerError(Map<String, String> labels) {
    return STATUS_LABELS.stream()
        .map(label -> labels.getOrDefault(label, ""))
        .anyMatch(value -> value.length() == 3 && value.startsWith("5"));
  }

  private static boolean begins(String name, List<String> beginnings) {
    return beginnings.stream().anyMatch(name::startsWith);
  }

  private static boolean holds(String name, List<String> words) {
    return words.stream().anyMatch(name::contains);
  }
}
