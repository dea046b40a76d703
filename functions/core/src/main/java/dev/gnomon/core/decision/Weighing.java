package dev.gnomon.core.decision;

import dev.gnomon.core.catalogue.Prices;
import dev.gnomon.core.shadow.PointRef;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a decision was weighed by, with all its numbers; stored with it.
///
/// @param forecast what was predicted
/// @param weight of the resource's priority
/// @param prices what things cost
/// @param point that a rollback would go back to, if there is one
/// @param lossSeconds seconds of writes between that point and the decision
/// @param costs of the options that were open, the least intrusive first
/// @param closed options that were not open, each with the reason
/// @param chosen the one with the smallest cost; of equal ones the least intrusive
/// @param why a sentence
public record Weighing(
    Forecast forecast,
    double weight,
    Prices prices,
    Optional<PointRef> point,
    double lossSeconds,
    List<Cost> costs,
    List<Outlook.Closed> closed,
    Option chosen,
    String why) {
  public Weighing {
    costs = List.copyOf(costs);
    closed = List.copyOf(closed);
  }

  /// What was predicted, as far as the prediction says.
  ///
  /// @param probability of a failure within the horizon, in [0,1]; empty: that is not known
  /// @param confidence of the prediction itself, in [0,1]
  /// @param leadSeconds from the decision until the failure is expected
  /// @param model that predicted
  /// @param features what mattered to it, sentences
  public record Forecast(
      Optional<Double> probability,
      double confidence,
      Instant onset,
      Instant at,
      double leadSeconds,
      Optional<Duration> horizon,
      Optional<String> model,
      List<String> features) {
    public Forecast {
      features = List.copyOf(features);
    }
  }

  /// What an option is expected to cost, in seconds of outage of a resource of priority normal.
  ///
  /// @param total sum of the terms
  /// @param effort how long it takes, if it takes any time
  public record Cost(Option option, double total, List<Term> terms, Optional<Effort> effort) {
    public Cost {
      terms = List.copyOf(terms);
    }
  }

  /// One part of a cost.
  ///
  /// @param name such as `outage`
  /// @param says how it comes about
  public record Term(String name, double cost, String says) {}
}
