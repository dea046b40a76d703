package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How much a resource matters to its owners.
public enum Priority {
  @JsonProperty("critical")
  CRITICAL,
  @JsonProperty("high")
  HIGH,
  @JsonProperty("normal")
  NORMAL,
  @JsonProperty("low")
  LOW
}
