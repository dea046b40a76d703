package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/// Shows, by resource and cell, how old the newest rollback point is (`gnomon.point.age`; infinite
/// if there is none, NaN before the first look) and from when on that is too old
/// (`gnomon.point.due`): the resource's recovery-point objective, else twice the interval of the
/// shadow. Shadows without either are not shown, nor those that follow: they have a lag.
@Singleton
class PointGauges {
  private final Catalogue catalogue;
  private final NewestPoints points;
  private final MeterRegistry meters;
  private final Clock clock;
  private final boolean watches;

  @Inject
  PointGauges(
      Catalogue catalogue,
      NewestPoints points,
      MeterRegistry meters,
      Clock clock,
      ProtectSettings settings) {
    this.catalogue = catalogue;
    this.points = points;
    this.meters = meters;
    this.clock = clock;
    this.watches = settings.keepsWatch();
  }

  void start(@Observes @Priority(200) StartupEvent event) {
    if (!watches) {
      return;
    }
    for (Resource resource : catalogue.resources()) {
      for (ShadowSpec shadow : resource.shadows()) {
        due(resource, shadow)
            .ifPresent(due -> {
              gauge(
                  "gnomon.point.age",
                  "age of the newest rollback point that a rollback would go to",
                  resource,
                  shadow,
                  () -> points.ageSeconds(resource, shadow.cell(), clock.instant()));
              gauge(
                  "gnomon.point.due",
                  "age from which on the newest rollback point is too old",
                  resource,
                  shadow,
                  () -> due.toMillis() / 1000.0);
            });
      }
    }
  }

  static Optional<Duration> due(Resource resource, ShadowSpec shadow) {
    if (shadow.following().isPresent()) {
      return Optional.empty();
    }
    Optional<Duration> objective =
        resource
            .objectives()
            .recoveryPoint()
            .filter(wanted -> shadow.type() != ShadowType.TRANSACTIONAL); // its journal is newer
    return objective.or(() -> shadow.every().map(every -> every.multipliedBy(2)));
  }

  private void gauge(
      String name,
      String description,
      Resource resource,
      ShadowSpec shadow,
      Supplier<Number> seconds) {
    Gauge.builder(name, seconds)
        .description(description)
        .baseUnit("seconds")
        .tag("resource", resource.name().value())
        .tag("cell", shadow.cell().value())
        .register(meters);
  }
}
