package dev.gnomon.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Names as node_exporter, redis_exporter, MinIO, postgres_exporter, smartctl_exporter and the
/// semantic conventions of OpenTelemetry have them.
class ExporterAspectsTest {
  @ParameterizedTest
  @CsvSource({
    "node_load1,SATURATION",
    "node_memory_MemAvailable_bytes,SATURATION",
    "node_filesystem_avail_bytes,SATURATION",
    "node_disk_io_time_seconds_total,SATURATION",
    "node_pressure_io_waiting_seconds_total,SATURATION",
    "node_network_receive_errs_total,ERRORS",
    "node_network_transmit_drop_total,ERRORS",
    "node_vmstat_oom_kill,ERRORS",
    "node_netstat_Tcp_RetransSegs,ERRORS",
    "node_network_receive_bytes_total,TRAFFIC",
    "node_md_disks,HARDWARE",
    "redis_memory_used_bytes,SATURATION",
    "redis_blocked_clients,SATURATION",
    "redis_evicted_keys_total,SATURATION",
    "redis_rejected_connections_total,ERRORS",
    "redis_connected_clients,TRAFFIC",
    "redis_commands_processed_total,TRAFFIC",
    "redis_slowlog_length,LATENCY",
    "minio_s3_requests_errors_total,ERRORS",
    "minio_s3_ttfb_seconds_distribution_p99,LATENCY",
    "minio_node_drive_offline_total,ERRORS",
    "minio_cluster_capacity_usable_free_bytes,SATURATION",
    "pg_stat_database_deadlocks,ERRORS",
    "pg_stat_database_xact_rollback,ERRORS",
    "pg_stat_database_xact_commit,TRAFFIC",
    "pg_locks_count,SATURATION",
    "pg_replication_lag_seconds,LATENCY",
    "process_open_fds,SATURATION",
    "smartctl_device_media_errors,HARDWARE",
    "http.server.request.duration_p99,LATENCY",
    "http.server.request.duration_count,TRAFFIC",
    "http.server.active_requests,TRAFFIC",
    "system.cpu.utilization,SATURATION",
    "system.network.errors,ERRORS",
    "system.disk.io_time,SATURATION",
    "jvm.gc.duration_mean,LATENCY",
    "hw.errors,HARDWARE",
    "up,OTHER"
  })
  void whatAnExporterSaysIsKnown(String metric, Aspect aspect) {
    assertThat(Aspects.of(SeriesKey.of(metric, Map.of()))).isEqualTo(aspect);
  }

  @ParameterizedTest
  @CsvSource({"error,LOGS", "fatal,LOGS", "warn,LOGS", "info,TRAFFIC", "unknown,TRAFFIC"})
  void moreLinesThatComplainOfNothingAreTraffic(String severity, Aspect aspect) {
    assertThat(Aspects.of(SeriesKey.of("gnomon_log_lines_total", Map.of("severity", severity))))
        .isEqualTo(aspect);
  }
}
