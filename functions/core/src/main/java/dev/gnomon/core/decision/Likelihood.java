package dev.gnomon.core.decision;

/// How likely a failure within the horizon is, if that is known. What is missing or inconclusive is
/// no probability, neither a small nor a large one: nothing but [Option#STAY] follows from it.
public sealed interface Likelihood {
  /// @param probability in [0,1]
  record Known(double probability) implements Likelihood {
    public Known {
      if (!(probability >= 0 && probability <= 1)) {
        throw new IllegalArgumentException("probability must be in [0,1]: " + probability);
      }
    }
  }

  /// What is seen does not allow a judgement, such as a probe from one vantage point.
  record Inconclusive(String why) implements Likelihood {}

  /// What it would rest on is not there.
  record Missing(String why) implements Likelihood {}

  /// A prediction of which its maker says that it rests on nothing (confidence 0) is inconclusive.
  ///
  /// @param confidence in [0,1]: how much of what the probability rests on is known
  static Likelihood of(double probability, double confidence) {
    return confidence > 0
        ? new Known(probability)
        : new Inconclusive("nothing that the prediction rests on is known (confidence 0)");
  }
}
