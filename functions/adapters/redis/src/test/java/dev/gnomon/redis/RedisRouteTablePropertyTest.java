package dev.gnomon.redis;

import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.routes.RedisServer;
import dev.gnomon.verification.routes.RouteTableProperties;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/// Loses the index by FLUSHALL, scripts included.
class RedisRouteTablePropertyTest extends RouteTableProperties {
  private final RedisServer server = RedisServer.start();
  private final RedisLink link = Links.connected(server.url() + "?timeout=60s");
  private final RedisRouteIndex index =
      new RedisRouteIndex(link, () -> new StoreIdentity("store-1"));
  private final RedisClient client = RedisClient.create(server.url());
  private RedisCommands<String, String> redis;

  @BeforeEach
  void connect() {
    redis = client.connect().sync();
  }

  @AfterEach
  void stop() {
    link.close();
    client.shutdown();
    server.close();
  }

  @Override
  protected RouteIndex index() {
    return index;
  }

  @Override
  protected void loseIndex() {
    redis.flushall();
    redis.scriptFlush();
  }
}
