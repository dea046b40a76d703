package dev.gnomon.store.prefix;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/// Keys of objects and their raw form, which sorts as the bytes do.
final class Keys {
  private Keys() {}

  static String raw(String key) {
    return new String(key.getBytes(UTF_8), ISO_8859_1);
  }

  static String text(String raw) {
    return new String(raw.getBytes(ISO_8859_1), UTF_8);
  }
}
