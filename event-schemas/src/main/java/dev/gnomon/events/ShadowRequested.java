package dev.gnomon.events;

import java.util.Optional;

/// Take a rollback point of one resource in every cell that shadows it.
///
/// @param updateId always present if `kind` is UPDATE
/// @param slot only if `kind` is INTERVAL: the one cell that is meant and the piece of time that
///   the point is for, `cell/millis/number`
public record ShadowRequested(
    String resource, ShadowKind kind, Optional<String> updateId, Optional<String> slot)
    implements EventData {
  public static final String TYPE = "dev.gnomon.shadow-requested.v1";

  public ShadowRequested {
    Text.required("resource", resource);
    Text.required("kind", kind);
    updateId = Text.optional(updateId);
    kind.check(updateId);
    slot = Text.optional(slot);
    if (slot.isPresent() && kind != ShadowKind.INTERVAL) {
      throw new IllegalArgumentException("slot is only for kind interval, found " + kind);
    }
  }

  public ShadowRequested(String resource, ShadowKind kind, Optional<String> updateId) {
    this(resource, kind, updateId, Optional.empty());
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(resource);
  }

  @Override
  public Optional<String> correlation() {
    return updateId;
  }
}
