package dev.gnomon.core.telemetry;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.prediction.Subject;
import java.util.ArrayList;
import java.util.List;

/// All that telemetry may speak of in an installation: every cell and resource, and every resource
/// in every cell.
final class Subjects {
  private Subjects() {}

  static List<Subject> of(Catalogue catalogue) {
    List<Subject> all = new ArrayList<>();
    catalogue.cells().forEach(cell -> all.add(new Subject.OfCell(cell.name())));
    catalogue
        .resources()
        .forEach(resource -> {
          all.add(new Subject.OfResource(resource.name()));
          catalogue
              .cells()
              .forEach(cell -> all.add(new Subject.OfLocation(resource.name(), cell.name())));
        });
    return all;
  }
}
