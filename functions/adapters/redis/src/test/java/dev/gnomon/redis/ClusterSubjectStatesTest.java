package dev.gnomon.redis;

import dev.gnomon.core.prediction.SubjectStates;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.predictions.SubjectStatesContract;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Redis Cluster: what the forecast remembers of subjects, spread over the masters.
class ClusterSubjectStatesTest extends SubjectStatesContract {
  private static RedisCluster cluster;
  private final StoreIdentity identity = new StoreIdentity(UUID.randomUUID().toString());
  private RedisLink link;

  @BeforeAll
  static void start(@TempDir Path dir) {
    cluster = RedisCluster.start(dir);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @AfterEach
  void closeLink() {
    link.close();
  }

  @Override
  protected SubjectStates openEmpty() {
    link = Links.connected(cluster.url());
    return new RedisSubjectStates(link, () -> identity, RedisSubjectStates.KEPT);
  }
}
