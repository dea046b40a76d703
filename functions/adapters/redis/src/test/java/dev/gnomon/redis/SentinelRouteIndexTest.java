package dev.gnomon.redis;

import static dev.gnomon.verification.routes.SampleRoutes.route;
import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.routes.RedisServer;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SentinelRouteIndexTest {
  @TempDir Path dir;

  @Test
  void indexFollowsTheFailoverToTheReplica() {
    try (RedisServer master = RedisServer.start();
        RedisServer replica =
            RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(master.port()));
        // Only a replica that is in step can be promoted, and sentinels look at it when they start.
        RedisServer sentinel = sentinelOnceInStep(master.port(), replica);
        RedisLink link =
            RedisLink.open("redis-sentinel://127.0.0.1:%d#main".formatted(sentinel.port()))) {
      RedisRouteIndex index = new RedisRouteIndex(link, () -> new StoreIdentity("store-1"));
      await().until(() -> index.offer(route("site", 1, "on the master")));
      await().until(() -> knowsReplica(sentinel));

      master.kill();

      await().until(() -> index.offer(route("site", 2, "on the replica")));
      assertThat(index.get(new ResourceName("site"))).contains(route("site", 2, "on the replica"));
      assertThat(replica.port()).isNotEqualTo(master.port());
    }
  }

  private static boolean knowsReplica(RedisServer sentinel) {
    var client = RedisClient.create();
    try (var connection = client.connectSentinel(RedisURI.create(sentinel.url()))) {
      return !connection.sync().replicas("main").isEmpty();
    } finally {
      client.shutdown();
    }
  }

  private RedisServer sentinelOnceInStep(int master, RedisServer replica) {
    var client = RedisClient.create(replica.url());
    try (var connection = client.connect()) {
      await().until(() -> connection.sync().info("replication").contains("master_link_status:up"));
    } finally {
      client.shutdown();
    }
    return sentinel(master);
  }

  private RedisServer sentinel(int master) {
    return RedisServer.start(port -> {
      try {
        Path file =
            Files.writeString(
                dir.resolve("sentinel-" + port + ".conf"),
                """
                port %d
                bind 127.0.0.1
                dir %s
                sentinel monitor main 127.0.0.1 %d 1
                sentinel down-after-milliseconds main 500
                sentinel failover-timeout main 2000
                """
                    .formatted(port, dir, master));
        return List.of(file.toString(), "--sentinel");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }
}
