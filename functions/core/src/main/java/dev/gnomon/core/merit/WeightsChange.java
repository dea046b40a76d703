package dev.gnomon.core.merit;

import dev.gnomon.core.catalogue.MeritWeights;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// `merit/weights/<n>`: weights were refined from what was seen.
///
/// @param configured what the catalogue said then; with other ones in the catalogue, they hold
/// @param cause a sentence
public record WeightsChange(
    MeritWeights configured,
    MeritWeights before,
    MeritWeights after,
    String cause,
    List<Outcome> evidence,
    Instant time) {
  public WeightsChange {
    evidence = List.copyOf(evidence);
  }

  /// How well merit judged once.
  ///
  /// @param id of the experiment, drill or incident
  /// @param penalties of the serving location when it mattered, in [0,1]; unknown ones are absent
  public record Outcome(String id, Verdict verdict, Map<Factor, Double> penalties) {
    public Outcome {
      penalties = Map.copyOf(penalties);
      penalties.forEach((factor, penalty) -> {
        if (!(penalty >= 0 && penalty <= 1)) {
          throw new IllegalArgumentException(
              "%s: the penalty of %s must be in [0,1]: %s".formatted(id, factor.text(), penalty));
        }
      });
    }
  }

  /// What was right to do.
  public enum Verdict {
    /// It was bad, and merit said so in time.
    RIGHT,
    /// It was bad, and merit did not say so, or too late.
    MISSED,
    /// It was not bad, and merit said that it was.
    FALSE_ALARM
  }
}
