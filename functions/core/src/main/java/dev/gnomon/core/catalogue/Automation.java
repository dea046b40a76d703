package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What Gnomon may do by itself. What a person asks for by command is always done.
public enum Automation {
  /// Decide, explain, notify; do nothing.
  @JsonProperty("observe")
  OBSERVE,
  /// Prepare and wait for a person's word.
  @JsonProperty("approve")
  APPROVE,
  /// Act.
  @JsonProperty("auto")
  AUTO
}
