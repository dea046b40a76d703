package dev.gnomon.core.catalogue;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Kind of a shadow.
public enum ShadowType {
  /// A servable replica, plus its rollback points.
  @JsonProperty("full")
  FULL,
  /// Rollback points that store only what changed.
  @JsonProperty("differential")
  DIFFERENTIAL,
  /// The same, and a journal of the single writes that somebody announces.
  @JsonProperty("transactional")
  TRANSACTIONAL
}
