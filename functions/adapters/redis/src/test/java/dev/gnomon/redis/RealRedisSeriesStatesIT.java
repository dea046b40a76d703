package dev.gnomon.redis;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

/// A real server, such as Redis 7: `GNOMON_TEST_REDIS=redis://host:port`. What it leaves expires.
class RealRedisSeriesStatesIT extends RedisSeriesStatesContract {
  private static final String VARIABLE = "GNOMON_TEST_REDIS";

  @BeforeAll
  static void skipWithoutServer() {
    boolean given = System.getenv(VARIABLE) != null;
    if (!given) {
      System.out.println("Skipped: no " + VARIABLE + "=redis://... names a real Redis.");
    }
    assumeTrue(given, VARIABLE + " is not set");
  }

  @Override
  String url() {
    String url = System.getenv(VARIABLE);
    return url + (url.contains("?") ? "&" : "?") + "timeout=60s";
  }
}
