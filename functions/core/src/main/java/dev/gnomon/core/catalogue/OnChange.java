package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What a capture does with files that change while they are read.
public enum OnChange {
  /// Read them again, a bounded number of times, then fail.
  @JsonProperty("retry")
  RETRY,
  /// Fail at once.
  @JsonProperty("fail")
  FAIL,
  /// Keep what was read; the point says that it is fuzzy.
  @JsonProperty("fuzzy")
  FUZZY
}
