package dev.gnomon.core.automation;

import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What Gnomon decided about one resource, and why; stored as `decisions/<resource>/<key>`.
///
/// @param trigger what made it decide, a sentence
/// @param evidence what the trigger brought along
/// @param action what was done
/// @param reason why this and nothing else, a sentence
/// @param rollback id of the rollback that was begun or joined
public record Decision(
    ResourceName resource,
    String trigger,
    List<String> evidence,
    Action action,
    String reason,
    Optional<String> rollback,
    Instant time) {
  public Decision {
    evidence = List.copyOf(evidence);
  }

  /// What follows from a decision.
  public enum Action {
    ROLLED_BACK,
    WAITS_FOR_APPROVAL,
    OBSERVED,
    PAUSED,
    REFUSED,
    NOTIFIED
  }
}
