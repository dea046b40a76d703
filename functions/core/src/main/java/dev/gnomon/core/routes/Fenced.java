package dev.gnomon.core.routes;

import com.fasterxml.jackson.annotation.JsonProperty;

/// How far the locations that are not (or not yet) the serving primary are kept from being written.
public enum Fenced {
  /// No fence stands: the route serves its primary and no other location was ever left behind.
  @JsonProperty("none")
  NONE,
  /// Writers were only told; what they still write is found by comparison and reported.
  @JsonProperty("advisory")
  ADVISORY,
  /// A trial write with the writer's own identity was refused.
  @JsonProperty("enforced")
  ENFORCED
}
