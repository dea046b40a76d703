package dev.gnomon.events;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Somebody is about to change the resources: take shadows of them and of what they depend on
/// first.
///
/// @param updateId chosen by the sender; the same id with other content is refused
/// @param resources 1 to 1000 names, without repeats
/// @param heartbeat how often update-heartbeat will come; three missed ones mean it is lost. At
///   least one second
/// @param reason for people
public record UpdateRequested(
    String updateId, List<String> resources, Optional<Duration> heartbeat, Optional<String> reason)
    implements EventData {
  public static final String TYPE = "dev.gnomon.update-requested.v1";

  public UpdateRequested {
    Text.required("updateId", updateId);
    resources = List.copyOf(Text.required("resources", resources));
    reason = Text.cut(reason);
    if (heartbeat == null) {
      heartbeat = Optional.empty();
    }
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
