package dev.gnomon.core.automation;

import dev.gnomon.core.rollback.RollbackRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rollback that a machine asks for.
///
/// @param request by automation; its reason is the trigger of the decision
/// @param onset when the trouble began, if it is known or assumed
/// @param noticed when it was noticed, if the onset is only assumed from that
/// @param evidence sentences for people
/// @param eventId identity of the event that asks
public record Demand(
    RollbackRequest request,
    Optional<Instant> onset,
    Optional<Instant> noticed,
    List<String> evidence,
    String eventId) {
  public Demand {
    evidence = List.copyOf(evidence);
  }
}
