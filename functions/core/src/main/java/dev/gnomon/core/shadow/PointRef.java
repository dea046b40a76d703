package dev.gnomon.core.shadow;

import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.PointId;

/// A point and the cell whose store holds it; written `cell:resource@number`.
public record PointRef(CellName cell, PointId point) {
  /// @throws IllegalArgumentException if the text is not `cell:resource@number`
  public static PointRef parse(String text) {
    int colon = text.indexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "a point of a cell is written cell:resource@number: '" + text + "'");
    }
    return new PointRef(
        new CellName(text.substring(0, colon)), PointId.parse(text.substring(colon + 1)));
  }

  @Override
  public String toString() {
    return cell + ":" + point;
  }
}
