package dev.gnomon.core.catalogue;

import dev.gnomon.core.telemetry.TelemetryPolicy;

/// How the whole installation watches and decides, as far as it does not belong to one resource.
///
/// @param decisions how automation decides
/// @param merit how places are compared, and what follows
/// @param telemetry how samples are taken in
/// @param prediction how failures are foreseen from them
/// @param chaos whether experiments may make trouble
public record Policies(
    DecisionPolicy decisions,
    MeritPolicy merit,
    TelemetryPolicy telemetry,
    PredictionPolicy prediction,
    ChaosPolicy chaos) {
  public static final Policies DEFAULT =
      new Policies(
          DecisionPolicy.DEFAULT,
          MeritPolicy.DEFAULT,
          TelemetryPolicy.DEFAULT,
          PredictionPolicy.DEFAULT);

  /// Policies that allow no experiments.
  public Policies(
      DecisionPolicy decisions,
      MeritPolicy merit,
      TelemetryPolicy telemetry,
      PredictionPolicy prediction) {
    this(decisions, merit, telemetry, prediction, ChaosPolicy.DEFAULT);
  }

  /// The same with another way to decide.
  public Policies deciding(DecisionPolicy other) {
    return new Policies(other, merit, telemetry, prediction, chaos);
  }
}
