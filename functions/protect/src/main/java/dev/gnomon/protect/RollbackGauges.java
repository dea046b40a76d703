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
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/// Shows as `gnomon.rollback.idle`, by resource, for how many seconds an open rollback got no
/// further (0 if none is open), and as `gnomon.return.awaits.person` whether only a person returns
/// it to its old primary (1, else 0); NaN while the control store can't be asked.
@Singleton
class RollbackGauges {
  static final Duration EVERY = Duration.ofSeconds(30);

  private final Catalogue catalogue;
  private final IdleRollbacks rollbacks;
  private final MeterRegistry meters;
  private final boolean watches;
  private final SweepLog log = new SweepLog();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile Optional<Seen> seen = Optional.empty();

  private record Seen(Map<ResourceName, Duration> idle, Set<ResourceName> awaitPerson) {}

  @Inject
  RollbackGauges(
      Catalogue catalogue,
      IdleRollbacks rollbacks,
      MeterRegistry meters,
      ProtectSettings settings) {
    this.catalogue = catalogue;
    this.rollbacks = rollbacks;
    this.meters = meters;
    this.watches = settings.keepsWatch();
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
      Gauge.builder("gnomon.return.awaits.person", () -> person(resource.name()))
          .description("1 if only a person returns it to its old primary")
          .tag("resource", resource.name().value())
          .register(meters);
    }
    Thread.ofPlatform().daemon().name("gnomon-rollback-gauges").start(this::run);
  }

  private double seconds(ResourceName resource) {
    return seen.map(found -> found.idle().getOrDefault(resource, Duration.ZERO).toMillis() / 1000.0)
        .orElse(Double.NaN);
  }

  private double person(ResourceName resource) {
    return seen.map(found -> found.awaitPerson().contains(resource) ? 1.0 : 0.0).orElse(Double.NaN);
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
    var found = new AtomicReference<Optional<Seen>>(Optional.empty());
    log.attempt(
        "idle rollbacks",
        () -> found.set(Optional.of(new Seen(rollbacks.now(), rollbacks.awaitPerson()))));
    seen = found.get();
  }

  void stop(@Observes ShutdownEvent event) {
    stopped.countDown();
  }
}
