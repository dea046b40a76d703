package dev.gnomon.core.catalogue;

/// Bounds on what automation may do to a resource.
///
/// @param maxDeletePercent share of the present files that a restore may delete by itself, 0 to 100
/// @param minConfidence least confidence of a prediction that automation acts on, in [0,1]
public record Limits(int maxDeletePercent, double minConfidence) {
  public static final Limits DEFAULT = new Limits(20, 0.5);

  public Limits {
    if (maxDeletePercent < 0 || maxDeletePercent > 100) {
      throw new IllegalArgumentException(
          "limits.maxDeletePercent must be in 0..100: " + maxDeletePercent);
    }
    if (!(minConfidence >= 0 && minConfidence <= 1)) {
      throw new IllegalArgumentException("limits.minConfidence must be in [0,1]: " + minConfidence);
    }
  }
}
