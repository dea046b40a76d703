package dev.gnomon.predict;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.prediction.FusedForecast;
import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.routes.Sighting;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.stream.Stream;

/// Says of which subjects a change or a failure of a resource or a cell is one. Repeats change
/// nothing. What is not in the catalogue has no subject.
@Singleton
class History {
  private final Catalogue catalogue;
  private final RouteTable routes;
  private final FusedForecast forecast;
  private final Clock clock;

  @Inject
  History(PredictSources sources, FusedForecast forecast, Clock clock) {
    this.clock = clock;
    this.catalogue = sources.catalogue();
    this.routes = sources.routes();
    this.forecast = forecast;
  }

  /// The resource, wherever it lies.
  void changed(ResourceName name, Instant at) {
    catalogue
        .resource(name)
        .ifPresent(resource -> {
          changed(new Subject.OfResource(name), at);
          cells(resource).forEach(cell -> changed(new Subject.OfLocation(name, cell), at));
        });
  }

  /// The cell, what lies in it, and the resources that it serves now.
  void changed(CellName cell, Instant at) {
    if (catalogue.cell(cell).isEmpty()) {
      return;
    }
    changed(new Subject.OfCell(cell), at);
    for (Resource resource : catalogue.resources()) {
      if (cells(resource).anyMatch(cell::equals)) {
        changed(new Subject.OfLocation(resource.name(), cell), at);
      }
      if (servedFrom(resource).equals(cell)) {
        changed(new Subject.OfResource(resource.name()), at);
      }
    }
  }

  /// The resource, and the location that a rollback left.
  ///
  /// @param before epoch that it began from
  void failed(ResourceName name, Epoch before, Instant at) {
    catalogue
        .resource(name)
        .ifPresent(resource -> {
          CellName left =
              routes
                  .at(name, before)
                  .map(route -> route.primary().cell())
                  .orElseGet(resource::cell);
          Instant now = clock.instant();
          forecast.failed(new Subject.OfResource(name), at, now);
          forecast.failed(new Subject.OfLocation(name, left), at, now);
        });
  }

  private void changed(Subject subject, Instant at) {
    forecast.changed(subject, at, clock.instant());
  }

  private CellName servedFrom(Resource resource) {
    return routes
        .glance(resource.name())
        .map(Sighting::route)
        .map(route -> route.primary().cell())
        .orElseGet(resource::cell);
  }

  private static Stream<CellName> cells(Resource resource) {
    return Stream.concat(
            Stream.of(resource.cell()), resource.shadows().stream().map(ShadowSpec::cell))
        .distinct();
  }
}
