package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.SeriesStates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Redis Cluster: the subjects spread over them, the series of one all at one place.
class ClusterSeriesStatesTest extends RedisSeriesStatesContract {
  private static final int SUBJECTS = 30;

  private static RedisCluster cluster;

  @BeforeAll
  static void start(@TempDir Path dir) {
    cluster = RedisCluster.start(dir);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Override
  String url() {
    return cluster.url();
  }

  /// More than a command of a cluster may have of several places, were they not at one.
  @Test
  void batchesOfManySubjectsComeBackWholeWhereverTheirPlacesAre() {
    SeriesStates.Budget budget = new SeriesStates.Budget(1000, Duration.ofMinutes(10));
    try (RedisLink link = Links.connected(url())) {
      StoreIdentity fresh = new StoreIdentity(UUID.randomUUID().toString());
      SeriesStates states = new RedisSeriesStates(link, () -> fresh);
      List<SeriesStates.Entry> entries = new ArrayList<>();
      for (int i = 0; i < 250; i++) {
        entries.add(new SeriesStates.Entry("id-" + i, new byte[] {(byte) i}, "glance-" + i));
      }
      List<String> ids = entries.stream().map(SeriesStates.Entry::id).toList();
      for (int i = 0; i < SUBJECTS; i++) {
        Subject subject = new Subject.OfResource(new ResourceName("resource-" + i));

        assertThat(states.store(subject, entries, budget))
            .hasValueSatisfying(refused -> assertThat(refused).isEmpty());

        Map<String, byte[]> found = states.load(subject, ids).orElseThrow();
        assertThat(found).hasSize(250);
        assertThat(found.get("id-249")).containsExactly((byte) 249);
        assertThat(states.glances(subject).orElseThrow()).hasSize(250);
        states.forget(subject, ids);
        assertThat(states.glances(subject).orElseThrow()).isEmpty();
      }
    }
  }
}
