package dev.gnomon.events;

import java.util.Optional;

/// A rollback has fixed its intent.
///
/// @param point what it goes back to
/// @param epochBefore epoch it began from
/// @param cause what asked for it: an event id or a sentence
public record RollbackStarted(
    String rollback, String resource, Mode mode, String point, long epochBefore, String cause)
    implements EventData {
  public static final String TYPE = "dev.gnomon.rollback-started.v1";

  public RollbackStarted {
    Text.required("rollback", rollback);
    Text.required("resource", resource);
    Text.required("mode", mode);
    Text.required("point", point);
    cause = Text.cut(Text.required("cause", cause));
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
