package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How a resource is rolled back. The constants are those of the catalogue's rollback modes.
public enum Mode {
  @JsonProperty("switch")
  SWITCH,
  @JsonProperty("restore")
  RESTORE,
  @JsonProperty("switch-and-restore")
  SWITCH_AND_RESTORE
}
