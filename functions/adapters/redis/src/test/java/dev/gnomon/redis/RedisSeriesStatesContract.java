package dev.gnomon.redis;

import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.core.telemetry.SeriesStates;
import dev.gnomon.verification.telemetry.SeriesStatesContract;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/// The contract of memories of telemetry on some Redis, each test in a name space of its own.
abstract class RedisSeriesStatesContract extends SeriesStatesContract {
  private RedisLink link;

  abstract String url();

  @Override
  protected SeriesStates open() {
    StoreIdentity fresh = new StoreIdentity(UUID.randomUUID().toString());
    link = Links.connected(url());
    return new RedisSeriesStates(link, () -> fresh);
  }

  @Override
  protected void pass(Duration time) {
    // Redis has a clock of its own; who asks waits.
  }

  @AfterEach
  void closeLink() {
    if (link != null) {
      link.close();
    }
  }
}
