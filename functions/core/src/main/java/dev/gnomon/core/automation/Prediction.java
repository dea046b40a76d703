package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.ids.ResourceName;
import java.time.Instant;
import java.util.List;

/// A failure that somebody predicts.
///
/// @param resources what it is about, already resolved from a cell if it names one
/// @param onset when the trouble began
/// @param at when it is predicted to become a failure
/// @param confidence in [0,1]
/// @param eventId identity of the prediction
public record Prediction(
    List<ResourceName> resources,
    Instant onset,
    Instant at,
    double confidence,
    List<String> evidence,
    String eventId) {
  public Prediction {
    resources = List.copyOf(resources);
    evidence = List.copyOf(evidence);
  }

  /// Newest time that a point may have: before the trouble, less what clocks may differ.
  Instant cutoff(Catalogue catalogue) {
    return (onset.isBefore(at) ? onset : at).minus(catalogue.clockTolerance());
  }
}
