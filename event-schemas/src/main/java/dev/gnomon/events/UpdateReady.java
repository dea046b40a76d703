package dev.gnomon.events;

import java.util.List;
import java.util.Optional;

/// Every shadow of the update's closure exists: the change may begin.
public record UpdateReady(String updateId, List<PointRef> points) implements EventData {
  public static final String TYPE = "dev.gnomon.update-ready.v1";

  public UpdateReady {
    Text.required("updateId", updateId);
    points = List.copyOf(Text.required("points", points));
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
