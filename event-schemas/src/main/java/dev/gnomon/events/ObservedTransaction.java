package dev.gnomon.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// Writes that somebody made together.
///
/// @param id unique within the source of the event; the same id again is the same transaction
/// @param time when it happened, by the clock of its source
/// @param after id of the transaction of the same source that has to be journaled before it
public record ObservedTransaction(
    String id, Instant time, Optional<String> after, List<ObservedWrite> writes) {
  public ObservedTransaction {
    Text.required("id", id);
    Text.required("time", time);
    after = Text.optional(after);
    writes = List.copyOf(Text.required("writes", writes));
  }
}
