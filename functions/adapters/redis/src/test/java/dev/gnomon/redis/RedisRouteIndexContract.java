package dev.gnomon.redis;

import dev.gnomon.core.routes.RouteIndex;
import dev.gnomon.core.routes.StoreIdentity;
import dev.gnomon.verification.routes.RouteIndexContract;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;

/// The contract of route indexes on some Redis; each test has a name space of its own in it.
abstract class RedisRouteIndexContract extends RouteIndexContract {
  private RedisLink link;

  /// A URL whose commands may take long: these tests are not about time.
  abstract String url();

  @Override
  protected RouteIndex openEmptyIndex() {
    StoreIdentity fresh = new StoreIdentity(UUID.randomUUID().toString());
    link = Links.connected(url());
    return new RedisRouteIndex(link, () -> fresh);
  }

  @AfterEach
  void closeLink() {
    if (link != null) {
      link.close();
    }
  }
}
