package dev.gnomon.core.journal;

import java.util.Arrays;

/// Bytes of a value: brought along, or put into the store before.
public sealed interface Content {
  /// In bytes.
  long size();

  /// @param bytes not changed any more by whoever gave them
  record Inline(byte[] bytes) implements Content {
    @Override
    public long size() {
      return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Inline inline && Arrays.equals(bytes, inline.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return bytes.length + " bytes";
    }
  }

  /// Content that [Journal#upload] took.
  ///
  /// @param reference as that call gave it; holds in that store only
  record Stored(String reference, long size) implements Content {}
}
