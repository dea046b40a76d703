package dev.gnomon.redis;

import static dev.gnomon.verification.waits.Patience.await;

import dev.gnomon.verification.routes.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A Redis Cluster of a test's own: nodes that share the slots out between them.
final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16384;

  private final List<RedisServer> nodes = new ArrayList<>();

  private RedisCluster() {}

  /// @param dir where each node keeps what it knows of the others
  static RedisCluster start(Path dir, int size) {
    RedisCluster cluster = new RedisCluster();
    for (int i = 0; i < size; i++) {
      cluster.nodes.add(node(dir, "node-" + i));
    }
    cluster.join();
    return cluster;
  }

  /// The bus listens on the port plus 10000; a port too high for that is tried again.
  private static RedisServer node(Path dir, String name) {
    return RedisServer.start(
        "--cluster-enabled", "yes", "--dir", dir.toString(), "--cluster-config-file", name);
  }

  private void join() {
    RedisClient client = RedisClient.create();
    try {
      List<RedisCommands<String, String>> all =
          nodes.stream()
              .map(node -> client.connect(RedisURI.create(node.url())))
              .map(StatefulRedisConnection::sync)
              .toList();
      int size = all.size();
      for (int i = 0; i < size; i++) {
        all.get(i)
            .clusterAddSlots(IntStream.range(SLOTS * i / size, SLOTS * (i + 1) / size).toArray());
        if (i > 0) {
          all.getFirst().clusterMeet("127.0.0.1", nodes.get(i).port());
        }
      }
      await().until(() -> all.stream().allMatch(node -> healthy(node, size)));
    } finally {
      client.shutdown();
    }
  }

  private static boolean healthy(RedisCommands<String, String> node, int size) {
    String info = node.clusterInfo();
    return info.contains("cluster_state:ok") && info.contains("cluster_known_nodes:" + size);
  }

  String url() {
    return nodes.stream()
        .map(node -> "127.0.0.1:" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://", "?timeout=60s"));
  }

  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
  }
}
