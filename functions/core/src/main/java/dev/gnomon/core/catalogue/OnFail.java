package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// What follows when an update fails or its heartbeat is lost. Both are subject to [Automation].
public enum OnFail {
  @JsonProperty("rollback")
  ROLLBACK,
  @JsonProperty("notify")
  NOTIFY,
  @JsonProperty("ignore")
  IGNORE
}
