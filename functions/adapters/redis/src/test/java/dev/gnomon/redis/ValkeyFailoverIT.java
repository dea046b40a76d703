package dev.gnomon.redis;

import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;

class ValkeyFailoverIT extends ClusterFailoverContract {
  @BeforeAll
  static void skipWithoutServer() {
    Valkey.server();
  }

  @Override
  Path server() {
    return Valkey.server();
  }
}
