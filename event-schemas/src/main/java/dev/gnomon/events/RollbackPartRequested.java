package dev.gnomon.events;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Optional;
import java.util.OptionalInt;

/// Go on with one step of a running rollback.
///
/// @param rollback such as `site-e3`
/// @param step which step; NEXT lets the stored effects decide
/// @param part number within the step, from 0, if the step was split
public record RollbackPartRequested(String rollback, Step step, OptionalInt part)
    implements EventData {
  public static final String TYPE = "dev.gnomon.rollback-part-requested.v1";

  public RollbackPartRequested {
    Text.required("rollback", rollback);
    Text.required("step", step);
    if (part == null) {
      part = OptionalInt.empty();
    }
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(rollback);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.of(rollback);
  }

  /// A step of PROTOCOLS.md, "Rollback of one resource".
  public enum Step {
    @JsonProperty("next")
    NEXT,
    @JsonProperty("undo")
    UNDO,
    @JsonProperty("restore")
    RESTORE,
    @JsonProperty("validate")
    VALIDATE,
    @JsonProperty("release")
    RELEASE,
    @JsonProperty("return")
    RETURN
  }
}
