package dev.gnomon.store;

import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import java.io.InputStream;
import java.util.Map;
import java.util.function.Supplier;

/// Single values for targets, of which replays write many together.
final class Targets {
  private Targets() {}

  static void put(
      KeyedTarget target, Key key, Map<String, String> metadata, Supplier<InputStream> content) {
    target.batch().prepare(key, metadata, content).publish();
  }
}
