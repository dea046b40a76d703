package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;

/// A resource has a new route.
///
/// @param epochBefore 0 for a resource's first route
/// @param cause an object name, an event id or a sentence
public record RouteSwitched(
    String resource,
    long epochBefore,
    long epoch,
    State state,
    Place primary,
    Fenced fenced,
    String cause)
    implements EventData {
  public static final String TYPE = "dev.gnomon.route-switched.v1";

  public RouteSwitched {
    Text.required("resource", resource);
    Text.required("state", state);
    Text.required("primary", primary);
    Text.required("fenced", fenced);
    cause = Text.cut(Text.required("cause", cause));
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(resource);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }

  /// Whether the primary may be written.
  public enum State {
    SERVING,
    FROZEN
  }

  /// Where the primary lies.
  public record Place(String cell, String path) {
    public Place {
      Text.required("cell", cell);
      Text.required("path", path);
    }
  }

  /// What is known of the fence around the previous primary.
  public enum Fenced {
    @JsonProperty("none")
    NONE,
    @JsonProperty("advisory")
    ADVISORY,
    @JsonProperty("enforced")
    ENFORCED
  }
}
