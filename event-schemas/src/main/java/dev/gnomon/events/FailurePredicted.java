package dev.gnomon.events;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A resource, or everything in a cell, is expected to fail.
///
/// @param resource present exactly if `cell` is absent
/// @param onset when the trouble began: a rollback point has to be older
/// @param at when the failure is expected
/// @param confidence in [0,1]
/// @param evidence 1 to 100 sentences for people
public record FailurePredicted(
    Optional<String> resource,
    Optional<String> cell,
    Instant onset,
    Instant at,
    double confidence,
    List<String> evidence)
    implements EventData {
  public static final String TYPE = "dev.gnomon.failure-predicted.v1";

  public FailurePredicted {
    resource = Text.optional(resource);
    cell = Text.optional(cell);
    Text.required("onset", onset);
    Text.required("at", at);
    evidence = Text.required("evidence", evidence).stream().map(Text::cut).toList();
    Text.exactlyOne("resource", resource, "cell", cell);
    if (!(confidence >= 0 && confidence <= 1)) {
      throw new IllegalArgumentException("confidence must be in [0,1]: " + confidence);
    }
  }

  @Override
  public Optional<String> subject() {
    return resource.or(() -> cell);
  }

  @Override
  public Optional<String> correlation() {
    return Optional.empty();
  }
}
