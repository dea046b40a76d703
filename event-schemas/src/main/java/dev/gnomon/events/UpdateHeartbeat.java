package dev.gnomon.events;

import java.util.Optional;

/// The change that announced a heartbeat is still alive.
public record UpdateHeartbeat(String updateId) implements EventData {
  public static final String TYPE = "dev.gnomon.update-heartbeat.v1";

  public UpdateHeartbeat {
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
