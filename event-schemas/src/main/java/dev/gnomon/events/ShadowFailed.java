package dev.gnomon.events;

import java.util.Optional;

/// A rollback point could not be taken.
///
/// @param cell the shadow's cell; absent if the failure concerns the resource as a whole
public record ShadowFailed(
    String resource,
    Optional<String> cell,
    ShadowKind kind,
    Optional<String> updateId,
    String reason)
    implements EventData {
  public static final String TYPE = "dev.gnomon.shadow-failed.v1";

  public ShadowFailed {
    Text.required("resource", resource);
    Text.required("kind", kind);
    cell = Text.optional(cell);
    updateId = Text.optional(updateId);
    reason = Text.cut(Text.required("reason", reason));
    kind.check(updateId);
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
