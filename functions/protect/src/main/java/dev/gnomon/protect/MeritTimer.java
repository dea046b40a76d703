package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.merit.Merit;
import dev.gnomon.core.merit.Ranking;
import dev.gnomon.core.merit.Standing;
import dev.gnomon.core.merit.WatchMerit;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Looks at merit every few seconds for as long as this process runs, and shows it as
/// `gnomon.merit` and `gnomon.merit.trust`, by resource and cell.
@Singleton
class MeritTimer {
  static final Duration EVERY = Duration.ofSeconds(5);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final Catalogue catalogue;
  private final MeritWatch watch;
  private final MeterRegistry meters;
  private final boolean watches;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private @Nullable Thread thread;

  @Inject
  MeritTimer(
      Catalogue catalogue, MeritWatch watch, MeterRegistry meters, ProtectSettings settings) {
    this.catalogue = catalogue;
    this.watch = watch;
    this.meters = meters;
    this.watches = settings.keepsWatch();
  }

  /// After every resource got its route.
  void start(@Observes @Priority(200) StartupEvent event) {
    if (!watches) {
      return;
    }
    for (Resource resource : catalogue.resources()) {
      for (CellName cell : WatchMerit.cells(resource)) {
        gauge(
            "gnomon.merit",
            "merit of a place of a resource, 0 to 1",
            resource,
            cell,
            one -> Optional.of(one.merit()).map(Merit::value).orElse(Double.NaN));
        gauge(
            "gnomon.merit.trust",
            "trust in a place, worn by errors, 0 to 1",
            resource,
            cell,
            Standing::trust);
      }
    }
    thread = Thread.ofPlatform().daemon().name("gnomon-merit").start(this::run);
  }

  private void gauge(
      String name,
      String description,
      Resource resource,
      CellName cell,
      ToDoubleFunction<Standing> value) {
    Gauge.builder(
            name,
            () ->
                watch.of(resource.name()).flatMap(ranking -> standing(ranking, cell)).stream()
                    .mapToDouble(value)
                    .findFirst()
                    .orElse(Double.NaN))
        .description(description)
        .tag("resource", resource.name().value())
        .tag("cell", cell.value())
        .register(meters);
  }

  private static Optional<Standing> standing(Ranking ranking, CellName cell) {
    return Stream.concat(Stream.of(ranking.serving()), ranking.candidates().stream())
        .filter(standing -> standing.cell().equals(cell))
        .findFirst();
  }

  private void run() {
    watch.remember();
    try {
      do {
        var unused = watch.look();
      } while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped.countDown();
    if (thread != null && thread.join(STOPPING)) {
      watch.end();
    }
  }
}
