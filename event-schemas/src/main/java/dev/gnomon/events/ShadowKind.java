package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/// Why a shadow is taken. The constants are among those of the core's point kinds.
public enum ShadowKind {
  /// Before an announced update.
  @JsonProperty("update")
  UPDATE,
  /// By the resource's interval.
  @JsonProperty("interval")
  INTERVAL,
  /// A person asked for it.
  @JsonProperty("command")
  COMMAND,
  /// Before an announced migration.
  @JsonProperty("migration")
  MIGRATION,
  /// A failure was predicted.
  @JsonProperty("predicted")
  PREDICTED;

  /// @throws IllegalArgumentException if a shadow for an update names no update
  void check(Optional<String> updateId) {
    if (this == UPDATE && updateId.isEmpty()) {
      throw new IllegalArgumentException("updateId is missing, kind update needs it");
    }
  }
}
