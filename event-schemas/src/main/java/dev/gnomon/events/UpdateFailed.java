package dev.gnomon.events;

import java.util.Optional;

/// The announced change went wrong.
///
/// @param by a person's word counts as a command; automation's is subject to the resource's
///   `automation`
public record UpdateFailed(String updateId, Optional<String> reason, By by) implements EventData {
  public static final String TYPE = "dev.gnomon.update-failed.v1";

  public UpdateFailed {
    Text.required("updateId", updateId);
    Text.required("by", by);
    reason = Text.cut(reason);
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(updateId);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.of(updateId);
  }
}
