package dev.gnomon.redis;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Redis Cluster: three masters with a replica each, the slots shared out between them.
class ClusterRouteIndexTest extends RedisRouteIndexContract {
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
}
