package dev.gnomon.core.routes;

import static java.util.Objects.requireNonNull;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.places.Place;

/// Where a servable copy of a resource lies.
///
/// @param cell the failure domain it lies in
/// @param path text of its place: the absolute path of a directory, the address of a prefix
public record Location(CellName cell, String path) {
  public Location {
    requireNonNull(cell, "cell");
    requireNonNull(path, "path");
  }

  public Place place() {
    return Place.of(path);
  }

  /// Where a resource lives by the catalogue.
  public static Location home(Resource resource) {
    return new Location(resource.cell(), resource.location().toString());
  }

  @Override
  public String toString() {
    return cell + ":" + path;
  }
}
