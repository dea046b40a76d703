package dev.gnomon.core.rollback;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Who asks for something.
public enum By {
  @JsonProperty("person")
  PERSON,
  @JsonProperty("automation")
  AUTOMATION
}
