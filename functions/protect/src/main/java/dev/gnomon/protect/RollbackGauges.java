package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.IdleRollbacks;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Shows as `gnomon.rollback.idle`, by resource, for how many seconds an open rollback got no
/// further: 0 if none is open, NaN while the control store can't be asked.
@Singleton
class RollbackGauges {
  static final Duration EVERY = Duration.ofSeconds(30);

  private final Catalogue catalogue;
  private final IdleRollbacks rollbacks;
  private final MeterRegistry meters;
  private final boolean watches;
  private final SweepLog log = new SweepLog();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Optional<Map<ResourceName, Duration>> idle = Optional.empty();

  @Inject
  RollbackGauges(
      Catalogue catalogue,
      IdleRollbacks rollbacks,
      MeterRegistry meters,
      ProtectSettings settings) {
    this.catalogue = catalogue;
    this.rollbacks = rollbacks;
    this.meters = meters;
    this.watches = !settings.onlyWebhooks();
  }

  void start(@Observes @Priority(200) StartupEvent event) {
    if (!watches) {
      return;
    }
    for (Resource resource : catalogue.resources()) {
      Gauge.builder("gnomon.rollback.idle", () -> seconds(resource.name()))
          .description("for how long an open rollback got no further; 0 if none is open")
          .baseUnit("seconds")
          .tag("resource", resource.name().value())
          .register(meters);
    }
    Thread.ofPlatform().daemon().name("gnomon-rollback-gauges").start(this::run);
  }

  private double seconds(ResourceName resource) {
    return idle.map(known -> known.getOrDefault(resource, Duration.ZERO).toMillis() / 1000.0)
        .orElse(Double.NaN);
  }

  private void run() {
    try {
      do {
        look();
      } while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void look() {
    var found = new AtomicReference<Optional<Map<ResourceName, Duration>>>(Optional.empty());
    log.attempt("idle rollbacks", () -> found.set(Optional.of(rollbacks.now())));
    idle = found.get();
  }

  void stop(@Observes ShutdownEvent event) {
    stopped.countDown();
  }
}
