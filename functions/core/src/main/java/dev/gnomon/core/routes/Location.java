package dev.gnomon.core.routes;

import static java.util.Objects.requireNonNull;

import dev.gnomon.core.ids.CellName;

/// Where a servable copy of a resource lies.
///
/// @param cell the failure domain it lies in
/// @param path for a directory: its absolute path
public record Location(CellName cell, String path) {
  public Location {
    requireNonNull(cell, "cell");
    requireNonNull(path, "path");
  }

  @Override
  public String toString() {
    return cell + ":" + path;
  }
}
