package dev.gnomon.events;

import java.util.List;
import java.util.Optional;

/// The change must not begin, and why.
///
/// @param failures what failed, a resource each; empty if the request itself was refused
public record UpdateBlocked(String updateId, String reason, List<Failure> failures)
    implements EventData {
  public static final String TYPE = "dev.gnomon.update-blocked.v1";

  public UpdateBlocked {
    Text.required("updateId", updateId);
    reason = Text.cut(Text.required("reason", reason));
    failures = List.copyOf(Text.required("failures", failures));
  }

  @Override
  public Optional<String> subject() {
    return Optional.of(updateId);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.of(updateId);
  }

  /// Why one resource has no shadow.
  public record Failure(String resource, String reason) {
    public Failure {
      Text.required("resource", resource);
      reason = Text.cut(Text.required("reason", reason));
    }
  }
}
