package dev.gnomon.core.catalogue;

/// Bounds on what automation acts on together.
///
/// @param resources that may be under automatic rollback at a time, 1 to 1000
/// @param oneCell whether more may be, if all of them leave one and the same cell
public record ActingLimits(int resources, boolean oneCell) {
  public static final int MAX_RESOURCES = 1000;

  public static final ActingLimits DEFAULT = new ActingLimits(5, true);

  public ActingLimits {
    if (resources < 1 || resources > MAX_RESOURCES) {
      throw new IllegalArgumentException(
          "decisions.limits.resources must be in 1..%d: %d".formatted(MAX_RESOURCES, resources));
    }
  }
}
