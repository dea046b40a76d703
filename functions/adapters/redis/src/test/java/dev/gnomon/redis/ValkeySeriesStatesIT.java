package dev.gnomon.redis;

import dev.gnomon.verification.routes.RedisServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class ValkeySeriesStatesIT extends RedisSeriesStatesContract {
  private static @Nullable RedisServer server;

  @BeforeAll
  static void start() {
    server = RedisServer.start(Valkey.server());
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  String url() {
    return server.url() + "?timeout=60s";
  }
}
