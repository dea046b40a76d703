package dev.gnomon.events;

import java.util.Optional;

/// The announced change is in place; it is watched from now on.
public record UpdateCompleted(String updateId) implements EventData {
  public static final String TYPE = "dev.gnomon.update-completed.v1";

  public UpdateCompleted {
    Text.required("updateId", updateId);
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
