package dev.gnomon.events;

import java.util.Optional;

/// A rollback ended without success.
///
/// @param state what is true now, in a sentence for people
public record RollbackFailed(
    String rollback, String resource, long epochBefore, String reason, String state)
    implements EventData {
  public static final String TYPE = "dev.gnomon.rollback-failed.v1";

  public RollbackFailed {
    Text.required("rollback", rollback);
    Text.required("resource", resource);
    reason = Text.cut(Text.required("reason", reason));
    state = Text.cut(Text.required("state", state));
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
