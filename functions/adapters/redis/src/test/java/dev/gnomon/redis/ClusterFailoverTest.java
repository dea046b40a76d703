package dev.gnomon.redis;

import dev.gnomon.verification.routes.RedisServer;
import java.nio.file.Path;

/// Of the server that `GNOMON_TEST_REDIS_SERVER` names, else of 6.2.
class ClusterFailoverTest extends ClusterFailoverContract {
  @Override
  Path server() {
    return RedisServer.newest();
  }
}
