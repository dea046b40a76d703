package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How a resource is rolled back.
public enum RollbackMode {
  /// Serve a FULL shadow instead of the primary.
  @JsonProperty("switch")
  SWITCH,
  /// Repair the primary where it lies.
  @JsonProperty("restore")
  RESTORE,
  /// Serve the shadow, repair the primary, return to it.
  @JsonProperty("switch-and-restore")
  SWITCH_AND_RESTORE
}
