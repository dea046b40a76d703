package dev.gnomon.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.merit.MeritBook;
import dev.gnomon.core.merit.Tracked;
import dev.gnomon.core.merit.Trust;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.prediction.Vitals;
import dev.gnomon.core.probes.Probed;
import dev.gnomon.core.probes.Standing;
import dev.gnomon.core.routes.StoreIdentity;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Redis Cluster: what one process wrote of health, probes, merits and logs another reads, of so
/// many cells and resources that every master has some.
class ClusterBooksTest {
  private static final StoreIdentity STORE = new StoreIdentity("store-1");
  private static final Instant AT = Instant.parse("2026-11-22T10:00:00Z");
  private static final int SUBJECTS = 30;

  private static RedisCluster cluster;
  private static RedisLink writer;
  private static RedisLink reader;

  @BeforeAll
  static void start(@TempDir Path dir) {
    cluster = RedisCluster.start(dir);
    writer = Links.connected(cluster.url());
    reader = Links.connected(cluster.url());
  }

  @AfterAll
  static void stop() {
    writer.close();
    reader.close();
    cluster.close();
  }

  private static CellName cell(int number) {
    return new CellName("cell-" + number);
  }

  @Test
  void vitals() {
    RedisVitals board = new RedisVitals(writer, () -> STORE, RedisVitals.KEPT);
    RedisVitals other = new RedisVitals(reader, () -> STORE, RedisVitals.KEPT);
    for (int i = 0; i < SUBJECTS; i++) {
      Subject subject = new Subject.OfCell(cell(i));
      Vitals vitals =
          new Vitals(subject, OptionalDouble.of(0.5), OptionalDouble.empty(), Optional.empty(), AT);

      board.post(vitals);

      assertThat(other.of(subject)).contains(vitals);
    }
  }

  @Test
  void standings() {
    RedisProbeBook book = new RedisProbeBook(writer, () -> STORE);
    RedisProbeBook other = new RedisProbeBook(reader, () -> STORE);
    for (int i = 0; i < SUBJECTS; i++) {
      Probed probed =
          new Probed(
              "west",
              cell(i),
              Probed.Target.STORE,
              AT,
              OptionalDouble.empty(),
              Optional.of("refused"));
      Standing standing = new Standing(probed, AT, 3, Optional.of(AT));

      book.put(standing);

      assertThat(other.of(cell(i))).containsExactly(standing);
    }
  }

  @Test
  void merits() {
    MeritBook book = new RedisMeritBook(writer, () -> STORE);
    MeritBook other = new RedisMeritBook(reader, () -> STORE);
    for (int i = 0; i < SUBJECTS; i++) {
      ResourceName resource = new ResourceName("resource-" + i);
      Tracked tracked =
          new Tracked(
              resource, cell(i), Map.of(cell(i), new Trust(0.5, AT)), Map.of(cell(i), AT), AT);

      book.put(tracked);

      assertThat(other.of(resource)).contains(tracked);
    }
  }

  @Test
  void templates() {
    Clock clock = Clock.fixed(AT, ZoneOffset.UTC);

    new RedisTemplateBook(writer, () -> STORE, clock).met(List.of("a <*>", "b"));

    assertThat(new RedisTemplateBook(reader, () -> STORE, clock).all())
        .contains(Set.of("a <*>", "b"));
  }
}
