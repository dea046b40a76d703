package dev.gnomon.core.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

/// Name of a value in a keyed store: 1 to 1024 bytes, ordered as unsigned bytes.
///
/// @param raw one char (0 to 255) a byte, so that it sorts, compares and hashes as the bytes do
public record Key(String raw) implements Comparable<Key> {
  public static final int MAX_BYTES = 1024;

  public Key {
    if (raw.isEmpty() || raw.length() > MAX_BYTES) {
      throw new IllegalArgumentException(
          "a key has 1 to " + MAX_BYTES + " bytes, this one " + raw.length());
    }
    for (int i = 0; i < raw.length(); i++) {
      if (raw.charAt(i) > 0xff) {
        throw new IllegalArgumentException("a raw key holds bytes, not text: char " + i);
      }
    }
  }

  public static Key of(byte[] bytes) {
    return new Key(new String(bytes, ISO_8859_1));
  }

  /// The key that is this text in UTF-8.
  public static Key utf8(String text) {
    return of(text.getBytes(UTF_8));
  }

  public byte[] bytes() {
    return raw.getBytes(ISO_8859_1);
  }

  @Override
  public int compareTo(Key other) {
    return raw.compareTo(other.raw);
  }
}
