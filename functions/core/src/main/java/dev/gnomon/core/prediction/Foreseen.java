package dev.gnomon.core.prediction;

import java.time.Instant;
import java.util.List;

/// A failure that is to be announced.
///
/// @param episode which trouble this is, and the how many-th word on it: announced again under the
///   same name it is the same announcement
/// @param estimate with an onset
/// @param evidence 1 to 100 sentences for people
/// @param at when it was foreseen
public record Foreseen(
    Subject subject, String episode, Estimate estimate, List<String> evidence, Instant at) {
  private static final int EVIDENCE_AT_MOST = 100;

  public Foreseen {
    evidence = List.copyOf(evidence);
    if (evidence.isEmpty() || evidence.size() > EVIDENCE_AT_MOST) {
      throw new IllegalArgumentException(
          "%s: expected 1 to %d sentences of evidence, got %d"
              .formatted(subject, EVIDENCE_AT_MOST, evidence.size()));
    }
    if (estimate.onset().isEmpty()) {
      throw new IllegalArgumentException(subject + ": a failure is foreseen from an onset on");
    }
  }

  /// When the failure is expected; where the model expects none within its horizon, at its end.
  public Instant expected() {
    return estimate.at().orElseGet(() -> at.plus(estimate.horizon()));
  }
}
