package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Who is behind an event.
public enum By {
  @JsonProperty("person")
  PERSON,
  @JsonProperty("automation")
  AUTOMATION
}
