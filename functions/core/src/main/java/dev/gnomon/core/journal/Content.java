package dev.gnomon.core.journal;

import java.util.Arrays;

/// Bytes of a value: brought along, put into the store before, or left in the source.
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

  /// Content that is not kept here: the source has it, under the version that the write names, for
  /// as long as it keeps that.
  record InSource(long size) implements Content {
    public InSource {
      if (size < 0) {
        throw new IllegalArgumentException("a size must not be negative: " + size);
      }
    }
  }
}
