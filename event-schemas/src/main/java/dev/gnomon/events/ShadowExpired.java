package dev.gnomon.events;

import java.util.List;
import java.util.Optional;

/// These points are no longer wanted; points that something still needs are kept nevertheless.
///
/// @param points 1 to 10,000 point ids
public record ShadowExpired(String resource, String cell, List<String> points)
    implements EventData {
  public static final String TYPE = "dev.gnomon.shadow-expired.v1";

  public ShadowExpired {
    Text.required("resource", resource);
    Text.required("cell", cell);
    points = List.copyOf(Text.required("points", points));
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(resource);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }
}
