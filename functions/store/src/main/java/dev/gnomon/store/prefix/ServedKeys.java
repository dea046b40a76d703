package dev.gnomon.store.prefix;

import java.util.Optional;

/// Keys under which the paths of a directory are served: a path is its own key but for what is no
/// key everywhere. Such bytes stand as `!` and two digits; so does `!` itself, so every key leads
/// back to one path. Paths and keys are raw (docs/STORE-FORMAT.md).
public final class ServedKeys {
  /// Of a whole key, its prefix included.
  static final int MAX_KEY_BYTES = 1024;

  /// Of what lies between two slashes: servers that keep objects as files take no more.
  static final int MAX_SEGMENT_BYTES = 255;

  private static final char ESCAPE = '!';
  private static final String TRIALS = ".gnomon-trial";
  private static final String DIGITS = "0123456789ABCDEF";

  private ServedKeys() {}

  /// @param rawPath from the root of a tree
  public static String key(String rawPath) {
    StringBuilder key = new StringBuilder(rawPath.length() + 8);
    int from = 0;
    while (true) {
      int slash = rawPath.indexOf('/', from);
      String name = rawPath.substring(from, slash < 0 ? rawPath.length() : slash);
      segment(key, name, from == 0);
      if (slash < 0) {
        return key.toString();
      }
      key.append('/');
      from = slash + 1;
    }
  }

  /// @param top whether the name stands at the top of the tree
  static String segment(String rawName, boolean top) {
    StringBuilder key = new StringBuilder(rawName.length() + 8);
    segment(key, rawName, top);
    return key.toString();
  }

  private static void segment(StringBuilder key, String name, boolean top) {
    boolean special = name.equals(".") || name.equals("..") || (top && name.equals(TRIALS));
    for (int at = 0; at < name.length(); ) {
      int length = plain(name, at);
      if (length == 0 || (special && at == 0)) {
        escape(key, name.charAt(at));
        at++;
      } else {
        key.append(name, at, at + length);
        at += length;
      }
    }
  }

  private static void escape(StringBuilder key, char b) {
    key.append(ESCAPE).append(DIGITS.charAt(b >> 4)).append(DIGITS.charAt(b & 15));
  }

  /// The path that is served under a key.
  ///
  /// @throws IllegalArgumentException if no path is
  public static String path(String rawKey) {
    StringBuilder path = new StringBuilder(rawKey.length());
    for (int at = 0; at < rawKey.length(); at++) {
      char b = rawKey.charAt(at);
      if (b == ESCAPE) {
        int high = at + 2 < rawKey.length() ? DIGITS.indexOf(rawKey.charAt(at + 1)) : -1;
        int low = at + 2 < rawKey.length() ? DIGITS.indexOf(rawKey.charAt(at + 2)) : -1;
        if (high < 0 || low < 0) {
          throw unserved(rawKey);
        }
        path.append((char) (high << 4 | low));
        at += 2;
      } else {
        path.append(b);
      }
    }
    String found = path.toString();
    if (!key(found).equals(rawKey)) {
      throw unserved(rawKey);
    }
    return found;
  }

  private static IllegalArgumentException unserved(String rawKey) {
    return new IllegalArgumentException("no path is served under '" + rawKey + "'");
  }

  /// Why a key can't be served below a prefix.
  static Optional<String> obstacle(String rawKey, int prefixBytes) {
    if (prefixBytes + rawKey.length() > MAX_KEY_BYTES) {
      return Optional.of(
          "its key has %d bytes with its prefix, S3 takes %d"
              .formatted(prefixBytes + rawKey.length(), MAX_KEY_BYTES));
    }
    int from = 0;
    for (int at = 0; at <= rawKey.length(); at++) {
      if (at == rawKey.length() || rawKey.charAt(at) == '/') {
        if (at - from > MAX_SEGMENT_BYTES) {
          return Optional.of(
              "a name of %d bytes in its key is more than the %d that every server takes"
                  .formatted(at - from, MAX_SEGMENT_BYTES));
        }
        from = at + 1;
      }
    }
    return Optional.empty();
  }

  /// How many bytes from here on are one character that stands for itself; 0 if none is.
  private static int plain(String raw, int at) {
    int lead = raw.charAt(at);
    if (lead < 0x80) {
      return lead < 0x20 || lead == 0x7f || lead == '\\' || lead == ESCAPE ? 0 : 1;
    }
    int length = lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length == 0 || at + length > raw.length()) {
      return 0;
    }
    int point = lead & (0x7f >> length);
    for (int i = at + 1; i < at + length; i++) {
      int next = raw.charAt(i);
      if ((next & 0xc0) != 0x80) {
        return 0;
      }
      point = point << 6 | (next & 0x3f);
    }
    int least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
    boolean character =
        point >= least && point <= Character.MAX_CODE_POINT && (point < 0xd800 || point > 0xdfff);
    return character && point > 0x9f && point != 0xfffe && point != 0xffff ? length : 0;
  }
}
