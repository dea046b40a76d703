package dev.gnomon.protect.webhooks;

import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A rollback of one resource that a webhook asks for.
///
/// @param onset when the trouble began, as far as anybody knows
/// @param noticed when it was noticed, if the onset is only assumed from that
/// @param reason a sentence that names sender and delivery
/// @param evidence at least one sentence
record Wanted(
    ResourceName resource,
    Instant onset,
    Optional<Instant> noticed,
    String reason,
    List<String> evidence) {
  Wanted {
    evidence = List.copyOf(evidence);
  }
}
