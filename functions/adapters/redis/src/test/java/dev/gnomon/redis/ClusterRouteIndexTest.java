package dev.gnomon.redis;

import static dev.gnomon.verification.waits.Patience.await;

import dev.gnomon.verification.routes.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/// Redis Cluster: two nodes, the slots shared out between them.
class ClusterRouteIndexTest extends RedisRouteIndexContract {
  private static final int SLOTS = 16384;
  private static RedisServer first;
  private static RedisServer second;

  @BeforeAll
  static void start(@TempDir Path dir) {
    first = node(dir, "first");
    second = node(dir, "second");
    RedisClient client = RedisClient.create();
    try (var one = client.connect(RedisURI.create(first.url()));
        var two = client.connect(RedisURI.create(second.url()))) {
      one.sync().clusterAddSlots(IntStream.range(0, SLOTS / 2).toArray());
      two.sync().clusterAddSlots(IntStream.range(SLOTS / 2, SLOTS).toArray());
      one.sync().clusterMeet("127.0.0.1", second.port());
      await().until(() -> healthy(one.sync()) && healthy(two.sync()));
    } finally {
      client.shutdown();
    }
  }

  @AfterAll
  static void stop() {
    first.close();
    second.close();
  }

  @Override
  String url() {
    return "redis-cluster://127.0.0.1:%d,127.0.0.1:%d?timeout=60s"
        .formatted(first.port(), second.port());
  }

  /// The bus listens on the port plus 10000; a port too high for that is tried again.
  private static RedisServer node(Path dir, String name) {
    return RedisServer.start(
        "--cluster-enabled", "yes", "--dir", dir.toString(), "--cluster-config-file", name);
  }

  private static boolean healthy(RedisCommands<String, String> node) {
    String info = node.clusterInfo();
    return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:2");
  }
}
