package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How the content of a shadow is compressed. What does not shrink is stored as it is in any case.
public enum Compression {
  /// Zstandard: small.
  @JsonProperty("zstd")
  ZSTD,
  /// LZ4: quick to read back.
  @JsonProperty("lz4")
  LZ4,
  /// Nothing is tried.
  @JsonProperty("none")
  NONE
}
