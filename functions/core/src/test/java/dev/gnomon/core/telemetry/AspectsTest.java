package dev.gnomon.core.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AspectsTest {
  @ParameterizedTest
  @CsvSource({
    "http_request_duration_seconds, LATENCY",
    "http.server.request.duration, LATENCY",
    "redis_command_latency_seconds, LATENCY",
    "http_requests_failed_total, ERRORS",
    "node_network_receive_errs_total, ERRORS",
    "node_network_receive_drop_total, ERRORS",
    "process_errors_total, ERRORS",
    "rpc_timeouts_total, ERRORS",
    "node_memory_MemAvailable_bytes, SATURATION",
    "disk_usage_ratio, SATURATION",
    "cache_hit_ratio, OTHER",
    "request_success_rate, OTHER",
    "http_requests_availability_ratio, OTHER",
    "http_requests_total, TRAFFIC",
    "http_request_duration_seconds_bucket, OTHER",
    "http_request_duration_seconds_sum, OTHER",
    "http_request_duration_seconds_count, TRAFFIC",
    "smartmon_reallocated_sector_ct_raw_value, HARDWARE",
    "node_md_disks, HARDWARE",
    "gnomon_log_lines, LOGS",
    "gnomon_probe_success, PROBES",
    "probe_success, PROBES",
    "gnomon_probe_duration_seconds, LATENCY",
    "temperature_celsius, OTHER",
  })
  void theNameOfAMetricSaysWhatItTells(String metric, Aspect aspect) {
    assertThat(Aspects.of(SeriesKey.of(metric, Map.of()))).isEqualTo(aspect);
  }

  @Test
  void requestsThatTheServerFailedAreErrors() {
    assertThat(Aspects.of(SeriesKey.of("http_requests_total", Map.of("code", "503"))))
        .isEqualTo(Aspect.ERRORS);
    assertThat(Aspects.of(SeriesKey.of("http_requests_total", Map.of("code", "404"))))
        .isEqualTo(Aspect.TRAFFIC);
  }
}
