package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;

/// What a rollback of a resource would do that has not begun.
///
/// @param mode as the resource says, or the request
/// @param point it would go back to
/// @param time of that point
/// @param bytes that the point holds
/// @param exact whether a location holds exactly the point, so that a switch serves at once
/// @param left the primary that would be left or repaired
public record Prospect(
    ResourceName resource,
    Epoch epochBefore,
    RollbackMode mode,
    PointRef point,
    Instant time,
    long bytes,
    boolean exact,
    Location left) {
  /// Outcome of looking ahead.
  public sealed interface Outcome {
    record Possible(Prospect prospect) implements Outcome {}

    /// A rollback of the resource is under way.
    record Runs(String rollback) implements Outcome {}

    record Refused(String reason) implements Outcome {}
  }
}
