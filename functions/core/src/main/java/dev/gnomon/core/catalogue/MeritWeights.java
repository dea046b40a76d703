package dev.gnomon.core.catalogue;

/// How much each factor counts in the merit of a location: the exponent that its penalty has at
/// most, each in [0, [#MAX]]. 0 leaves a factor out; with 1, a factor that could not be worse
/// brings merit down to 0.37 by itself.
///
/// @param health share of what is looked at that is not well
/// @param latency latency above the location's own usual one
/// @param freshness age of the newest content against the recovery-point target
/// @param prediction probability of a failure
/// @param cost of a rollback; counts against whoever serves and for its shadows
public record MeritWeights(
    double health, double latency, double freshness, double prediction, double cost) {
  public static final double MAX = 5;
  public static final MeritWeights DEFAULT = new MeritWeights(1.5, 0.7, 0.7, 1.0, 0.2);

  public MeritWeights {
    checked("health", health);
    checked("latency", latency);
    checked("freshness", freshness);
    checked("prediction", prediction);
    checked("cost", cost);
  }

  private static void checked(String name, double weight) {
    if (!(weight >= 0 && weight <= MAX)) {
      throw new IllegalArgumentException(
          "merit.weights.%s must be in [0,%s]: %s".formatted(name, MAX, weight));
    }
  }
}
