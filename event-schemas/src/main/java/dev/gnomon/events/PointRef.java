package dev.gnomon.events;

/// A rollback point of a resource in a cell.
///
/// @param point id within the cell, such as `site@7`
public record PointRef(String resource, String cell, String point) {
  public PointRef {
    Text.required("resource", resource);
    Text.required("cell", cell);
    Text.required("point", point);
  }
}
