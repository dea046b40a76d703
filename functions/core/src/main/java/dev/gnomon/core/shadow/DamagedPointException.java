package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.PointId;

/// A point can't be restored because an object that it needs is missing or does not have the
/// content that its hash names. The message names the point, the path and the object.
public final class DamagedPointException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final PointId point;

  public DamagedPointException(PointId point, String message) {
    super(message);
    this.point = point;
  }

  public PointId point() {
    return point;
  }
}
