package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Kind of a shadow. A third kind, TRANSACTIONAL, needs a resource that has a write source.
public enum ShadowType {
  /// A servable replica, plus its rollback points.
  @JsonProperty("full")
  FULL,
  /// Rollback points that store only what changed.
  @JsonProperty("differential")
  DIFFERENTIAL
}
