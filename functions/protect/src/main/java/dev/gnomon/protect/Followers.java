package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.replica.FollowPrimary;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Keeps the replicas that want it in step with their primaries, a thread each, as long as this
/// process runs.
@Singleton
class Followers {
  /// Trees are walked by recursion.
  private static final long STACK_BYTES = 64L << 20;

  /// For all of them together; shorter than the 30 s that an orchestrator gives a process.
  private static final Duration STOPPING = Duration.ofSeconds(20);

  private final MeterRegistry meters;
  private final List<FollowPrimary> all = new ArrayList<>();
  private final List<Thread> threads = new ArrayList<>();

  @Inject
  Followers(
      Catalogue catalogue,
      FollowPrimary.Tools tools,
      MeterRegistry meters,
      ProtectSettings settings) {
    this(settings.keepsWatch() ? catalogue.resources() : List.of(), tools, meters);
  }

  Followers(List<Resource> resources, FollowPrimary.Tools tools, MeterRegistry meters) {
    this.meters = meters;
    for (Resource resource : resources) {
      for (ShadowSpec shadow : resource.shadows()) {
        if (shadow.following().isPresent() && tools.replicas().of(resource, shadow).isPresent()) {
          all.add(new FollowPrimary(resource, shadow, tools));
        }
      }
    }
  }

  /// The one that keeps this replica up to date.
  Optional<FollowPrimary> of(Resource resource, ShadowSpec shadow) {
    return all.stream()
        .filter(one ->
            one.resource().name().equals(resource.name())
                && one.shadow().cell().equals(shadow.cell()))
        .findFirst();
  }

  /// How far the replica of a resource in a cell is behind, if this process follows into it and it
  /// is known.
  Optional<Duration> behind(Resource resource, CellName cell) {
    return all.stream()
        .filter(one ->
            one.resource().name().equals(resource.name()) && one.shadow().cell().equals(cell))
        .findFirst()
        .flatMap(one -> one.lag().now().current());
  }

  /// After every resource got its route.
  void start(@Observes @Priority(200) StartupEvent event) {
    for (FollowPrimary one : all) {
      Gauge.builder("gnomon.replica.lag", one, Followers::lagSeconds)
          .description("for how long not every write is known to be in the replica")
          .baseUnit("seconds")
          .tag("resource", one.resource().name().value())
          .tag("cell", one.shadow().cell().value())
          .register(meters);
      threads.add(
          Thread.ofPlatform()
              .daemon()
              .stackSize(STACK_BYTES)
              .name("gnomon-follow-" + one.resource().name())
              .start(one));
    }
  }

  /// Not a number while it is not known.
  private static double lagSeconds(FollowPrimary one) {
    return one.lag()
        .now()
        .current()
        .map(lag -> (double) lag.toMillis() / TimeUnit.SECONDS.toMillis(1))
        .orElse(Double.NaN);
  }

  /// Each lets go by itself: one that takes long keeps no other from saying so.
  void stop(@Observes ShutdownEvent event) {
    threads.forEach(Thread::interrupt);
    long untilNanos = System.nanoTime() + STOPPING.toNanos();
    for (Thread thread : threads) {
      try {
        boolean ignored =
            thread.join(Duration.ofNanos(Math.max(0, untilNanos - System.nanoTime())));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
