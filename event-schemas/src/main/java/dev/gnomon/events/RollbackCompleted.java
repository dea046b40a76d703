package dev.gnomon.events;

import java.util.Optional;

/// A rollback is done and the resource serves.
///
/// @param undo point of what stood there before; absent if the primary could not be read yet
/// @param filesRestored files that had to be written, deleted or changed
public record RollbackCompleted(
    String rollback,
    String resource,
    Mode mode,
    long epochBefore,
    long epochAfter,
    String point,
    Optional<String> undo,
    long filesRestored,
    long bytesRestored)
    implements EventData {
  public static final String TYPE = "dev.gnomon.rollback-completed.v1";

  public RollbackCompleted {
    Text.required("rollback", rollback);
    Text.required("resource", resource);
    Text.required("mode", mode);
    Text.required("point", point);
    undo = Text.optional(undo);
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(resource);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.of(rollback);
  }
}
