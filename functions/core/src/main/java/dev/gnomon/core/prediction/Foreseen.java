package dev.gnomon.core.prediction;

import java.util.List;

/// A failure that is to be announced.
///
/// @param episode which trouble this is: the same name for as long as it is the same, so that it is
///   announced once
/// @param estimate with an onset
/// @param evidence 1 to 100 sentences for people
public record Foreseen(Subject subject, String episode, Estimate estimate, List<String> evidence) {
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
}
