package dev.gnomon.core.automation;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Blame;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// A failure that somebody predicts.
///
/// @param resources what it is about, already resolved from a cell if it names one
/// @param onset when the trouble began
/// @param at when it is predicted to become a failure
/// @param confidence in [0,1]; 0: nothing that it rests on is known
/// @param eventId identity of the prediction
/// @param probability of a failure within the horizon, in [0,1]; empty: the confidence stands for
///   it
/// @param model that predicts
/// @param features what mattered to it, sentences
/// @param blame what it says is at fault
public record Prediction(
    List<ResourceName> resources,
    Instant onset,
    Instant at,
    double confidence,
    List<String> evidence,
    String eventId,
    Optional<Double> probability,
    Optional<Duration> horizon,
    Optional<String> model,
    List<String> features,
    Blame blame) {
  public Prediction {
    resources = List.copyOf(resources);
    evidence = List.copyOf(evidence);
    features = List.copyOf(features);
  }

  /// Of somebody who does not say what is at fault.
  public Prediction(
      List<ResourceName> resources,
      Instant onset,
      Instant at,
      double confidence,
      List<String> evidence,
      String eventId,
      Optional<Double> probability,
      Optional<Duration> horizon,
      Optional<String> model,
      List<String> features) {
    this(
        resources,
        onset,
        at,
        confidence,
        evidence,
        eventId,
        probability,
        horizon,
        model,
        features,
        Blame.CONTENT);
  }

  /// Of somebody who says no more than how sure he is.
  public Prediction(
      List<ResourceName> resources,
      Instant onset,
      Instant at,
      double confidence,
      List<String> evidence,
      String eventId) {
    this(
        resources,
        onset,
        at,
        confidence,
        evidence,
        eventId,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  /// The probability of a failure, in [0,1].
  double likelihood() {
    return probability.orElse(confidence);
  }

  /// Newest time that a point may have: before the trouble, less what clocks may differ.
  Instant cutoff(Catalogue catalogue) {
    return (onset.isBefore(at) ? onset : at).minus(catalogue.clockTolerance());
  }
}
