package dev.gnomon.events;

import java.util.Optional;

/// Take a rollback point of one resource in every cell that shadows it.
///
/// @param updateId always present if `kind` is UPDATE
public record ShadowRequested(String resource, ShadowKind kind, Optional<String> updateId)
    implements EventData {
  public static final String TYPE = "dev.gnomon.shadow-requested.v1";

  public ShadowRequested {
    Text.required("resource", resource);
    Text.required("kind", kind);
    updateId = Text.optional(updateId);
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
