package dev.gnomon.core.catalogue;

/// Bounds on what automation may do to a resource.
///
/// @param maxDeletePercent share of the present files that a restore may delete by itself, 0 to 100
public record Limits(int maxDeletePercent) {
  public static final Limits DEFAULT = new Limits(20);

  public Limits {
    if (maxDeletePercent < 0 || maxDeletePercent > 100) {
      throw new IllegalArgumentException(
          "limits.maxDeletePercent must be in 0..100: " + maxDeletePercent);
    }
  }
}
