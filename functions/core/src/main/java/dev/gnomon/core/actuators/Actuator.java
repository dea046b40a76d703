package dev.gnomon.core.actuators;

import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.routes.Route;

/// Makes a route true outside Gnomon. Idempotent; carries the epoch and refuses a smaller one than
/// it applied before.
public interface Actuator<S extends ActuatorSpec> {

  Applied apply(S spec, Resource resource, Route route);

  /// Outcome of applying a route.
  sealed interface Applied {
    /// The outside world follows this route now.
    record Done() implements Applied {}

    /// A later epoch was applied already; nothing was changed.
    record Outdated(long appliedEpoch) implements Applied {}

    /// It could not be applied.
    ///
    /// @param retryable whether the same call may succeed later
    record Failed(String reason, boolean retryable) implements Applied {}
  }
}
