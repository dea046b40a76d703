package dev.gnomon.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KnownLimitTest {
  @ParameterizedTest
  @CsvSource({
    "cpu_utilization_ratio, 0.7, 0.7",
    "system.memory.utilization, 0.7, 0.7",
    "node_filesystem_used_ratio, 1.2, 1",
    "http_errors_ratio, 0.1, 0.1",
    "disk_usage_percent, 80, 0.8",
    "smartctl_device_percentage_used, 80, 0.8",
    "memory_available_ratio, 0.25, 0.75",
    "disk_free_percent, 25, 0.75"
  })
  void namesSayHowMuchOfALimitIsUsed(String metric, double value, double used) {
    assertThat(KnownLimit.used(metric, value)).hasValue(used);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cache_hit_ratio",
        "request_success_ratio",
        "availability_percent",
        "redis_mem_fragmentation_ratio",
        "cpu_idle_percent",
        "requests_total"
      })
  void aShareOfWhichMoreIsBetterIsNoLimit(String metric) {
    assertThat(KnownLimit.used(metric, 0.99)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "node_memory_MemAvailable_bytes, true",
    "node_memory_MemFree_bytes, true",
    "node_filesystem_avail_bytes, true",
    "minio_cluster_capacity_usable_free_bytes, true",
    "connections_remaining, true",
    "kube_deployment_status_replicas_unavailable, false",
    "freed_bytes_total, false",
    "memory_used_bytes, false"
  })
  void namesSayWhatIsLeft(String metric, boolean left) {
    assertThat(KnownLimit.isOfWhatIsLeft(metric)).isEqualTo(left);
  }
}
