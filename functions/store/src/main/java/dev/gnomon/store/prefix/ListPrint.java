package dev.gnomon.store.prefix;

import dev.gnomon.core.prefix.Listed;
import dev.gnomon.store.tree.Encoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// Digest of everything that a list said; two lists with one print said the same.
record ListPrint(String sha256) {

  static final class Maker {
    private final MessageDigest digest;

    Maker() {
      try {
        digest = MessageDigest.getInstance("SHA-256");
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    void add(Listed listed) {
      digest.update(
          new Encoder()
              .text(Keys.raw(listed.key()))
              .number(listed.size())
              .text(Keys.raw(listed.etag()))
              .signed(listed.modified().toEpochMilli())
              .text(Keys.raw(listed.version()))
              .number(listed.deleted() ? 1 : 0)
              .take());
    }

    ListPrint made() {
      return new ListPrint(HexFormat.of().formatHex(digest.digest()));
    }
  }
}
