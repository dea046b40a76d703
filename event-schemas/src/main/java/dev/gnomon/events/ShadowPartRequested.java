package dev.gnomon.events;

import java.util.Optional;

/// Capture one part of a resource that is too big for one step.
///
/// @param job the capture that was split
/// @param part number within the job, from 0
public record ShadowPartRequested(String job, String resource, String cell, int part)
    implements EventData {
  public static final String TYPE = "dev.gnomon.shadow-part-requested.v1";

  public ShadowPartRequested {
    Text.required("job", job);
    Text.required("resource", resource);
    Text.required("cell", cell);
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
