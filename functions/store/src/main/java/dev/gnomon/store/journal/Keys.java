package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Key;
import dev.gnomon.linux.RawName;

/// Keys for people.
public final class Keys {
  private Keys() {}

  /// UTF-8 text where it is that; other bytes as `\xNN`. [#parse] reads it back.
  public static String display(Key key) {
    return RawName.display(key.raw());
  }

  public static Key parse(String displayed) {
    return new Key(RawName.parse(displayed));
  }
}
