package dev.gnomon.redis;

import static dev.gnomon.verification.waits.Patience.await;

import dev.gnomon.verification.routes.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// A Redis Cluster of a test's own: three masters that share the slots out between them, and a
/// replica of each.
final class RedisCluster implements AutoCloseable {
  private static final int SLOTS = 16384;
  private static final int MASTERS = 3;

  private final List<RedisServer> nodes = new ArrayList<>();

  private RedisCluster() {}

  /// Of the server that `GNOMON_TEST_REDIS_SERVER` names, else of 6.2.
  ///
  /// @param dir where each node keeps what it knows of the others
  static RedisCluster start(Path dir) {
    return start(RedisServer.newest(), dir);
  }

  /// @param server its executable
  static RedisCluster start(Path server, Path dir) {
    RedisCluster cluster = new RedisCluster();
    try {
      for (int i = 0; i < 2 * MASTERS; i++) {
        cluster.nodes.add(node(server, Files.createDirectory(dir.resolve("node-" + i))));
      }
      cluster.join();
    } catch (IOException e) {
      cluster.close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      cluster.close();
      throw e;
    }
    return cluster;
  }

  /// The bus listens on the port plus 10000; a port too high for that is tried again.
  private static RedisServer node(Path server, Path dir) {
    return RedisServer.start(
        server,
        "--cluster-enabled",
        "yes",
        "--cluster-node-timeout",
        "1000",
        "--repl-diskless-sync-delay",
        "0",
        "--dir",
        dir.toString());
  }

  private void join() {
    RedisClient client = RedisClient.create();
    try {
      List<RedisCommands<String, String>> all =
          nodes.stream().map(node -> to(client, node)).toList();
      for (int i = 0; i < all.size(); i++) {
        if (i > 0) {
          all.getFirst().clusterMeet("127.0.0.1", nodes.get(i).port());
        }
        if (i < MASTERS) {
          int from = SLOTS * i / MASTERS;
          all.get(i).clusterAddSlots(IntStream.range(from, SLOTS * (i + 1) / MASTERS).toArray());
        }
      }
      await()
          .until(() ->
              all.stream()
                  .allMatch(
                      node -> node.clusterInfo().contains("cluster_known_nodes:" + all.size())));
      for (int i = MASTERS; i < all.size(); i++) {
        String master = all.get(i - MASTERS).clusterMyId();
        RedisCommands<String, String> replica = all.get(i);
        await().ignoreExceptions().until(() -> "OK".equals(replica.clusterReplicate(master)));
      }
      await().until(() -> all.stream().allMatch(RedisCluster::healthy));
      await()
          .until(() ->
              all.subList(MASTERS, all.size()).stream()
                  .allMatch(node -> node.info("replication").contains("master_link_status:up")));
    } finally {
      client.shutdown();
    }
  }

  private static RedisCommands<String, String> to(RedisClient client, RedisServer node) {
    StatefulRedisConnection<String, String> connection =
        client.connect(RedisURI.create(node.url()));
    return connection.sync();
  }

  private static boolean healthy(RedisCommands<String, String> node) {
    String info = node.clusterInfo();
    return info.contains("cluster_state:ok")
        && info.contains("cluster_slots_ok:" + SLOTS)
        && info.contains("cluster_size:" + MASTERS);
  }

  /// The number of the first master of a key.
  static int master(String key) {
    return SlotHash.getSlot(key) * MASTERS / SLOTS;
  }

  /// Kills the first master of a key as `kill -9` does. Its replica takes over within seconds.
  void killMasterOf(String key) {
    nodes.get(master(key)).kill();
  }

  /// Whether the replica of the first master of a key has become a master.
  boolean failedOver(String key) {
    RedisServer replica = nodes.get(MASTERS + master(key));
    RedisClient client = RedisClient.create();
    try {
      return to(client, replica).info("replication").contains("role:master");
    } finally {
      client.shutdown();
    }
  }

  String url() {
    return nodes.stream()
        .map(node -> "127.0.0.1:" + node.port())
        .collect(Collectors.joining(",", "redis-cluster://", "?timeout=60s"));
  }

  /// With the time-out that is used where nobody sets one.
  String urlAsInstalled() {
    return url().replace("?timeout=60s", "");
  }

  @Override
  public void close() {
    nodes.forEach(RedisServer::close);
  }
}
