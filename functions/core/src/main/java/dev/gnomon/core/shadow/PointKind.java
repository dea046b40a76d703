package dev.gnomon.core.shadow;

import com.fasterxml.jackson.annotation.JsonProperty;

/// Why a point was taken.
public enum PointKind {
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
  /// A failure was predicted: the trouble may be in it already.
  @JsonProperty("predicted")
  PREDICTED,
  /// What stood on a primary before a rollback overwrote it.
  @JsonProperty("undo")
  UNDO,
  /// What stood on the shadow when the route returned from it.
  @JsonProperty("return")
  RETURN,
  /// A moment of a journal, made for a rollback to it. Its time is that of the moment; its capture
  /// began when it was made.
  @JsonProperty("moment")
  MOMENT;

  /// Whether points of this kind show what stood at the primary at their time because somebody
  /// wanted a point then; the others are made by rollbacks, for rollbacks.
  public boolean isRegular() {
    return this != UNDO && this != MOMENT;
  }
}
