package dev.gnomon.redis;

import dev.gnomon.verification.routes.RedisServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/// Redis 6.2, the oldest that is supported.
class EmbeddedRedisSeriesStatesTest extends RedisSeriesStatesContract {
  private static RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  String url() {
    return server.url() + "?timeout=60s";
  }
}
