package dev.gnomon.protect.webhooks;

import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;

/// A rollback of one resource that a webhook asks for.
///
/// @param onset when the trouble began at the latest
/// @param reason a sentence that names sender and delivery
/// @param evidence at least one sentence
record Wanted(ResourceName resource, Instant onset, String reason, List<String> evidence) {
  Wanted {
    evidence = List.copyOf(evidence);
  }
}
