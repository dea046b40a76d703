package dev.gnomon.protect;

import dev.gnomon.core.catalogue.Catalogue;
import dev.gnomon.core.chaos.RunExperiments;
import dev.gnomon.core.chaos.WatchTrouble;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Keeps this process in step with experiments: one small question a second, four times as often
/// while one goes on. Does nothing at all where the catalogue allows none.
///
/// Trouble is looked after by a thread of its own: what judges an experiment reads the records of
/// every resource, and must keep nobody from taking trouble back.
@Singleton
class ChaosTimer {
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration BUSY = Duration.ofMillis(250);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final boolean watches;
  private final boolean judges;
  private final RunExperiments experiments;
  private final WatchTrouble trouble;
  private final SweepLog log = new SweepLog();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean going;

  @Inject
  ChaosTimer(
      Catalogue catalogue,
      RunExperiments experiments,
      WatchTrouble trouble,
      ProtectSettings settings) {
    this.watches = catalogue.policies().chaos().allowed() && !settings.onlyWebhooks();
    this.judges = settings.keepsWatch();
    this.experiments = experiments;
    this.trouble = trouble;
  }

  /// After every resource got its route.
  void start(@Observes @Priority(300) StartupEvent event) {
    if (watches && judges) {
      begin(
          "gnomon-experiments",
          () -> every(() -> log.attempt("experiments", () -> going = experiments.attend())));
    }
    if (watches) {
      begin(
          "gnomon-chaos",
          () -> {
            every(() -> log.attempt("trouble", trouble::look));
            log.attempt("the end of trouble", trouble::lift);
          });
    }
  }

  private void begin(String name, Runnable work) {
    threads.add(Thread.ofPlatform().daemon().name(name).start(work));
  }

  private void every(Runnable work) {
    try {
      do {
        work.run();
      } while (!stopped.await((going ? BUSY : EVERY).toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  void stop(@Observes ShutdownEvent event) throws InterruptedException {
    stopped.countDown();
    for (Thread thread : threads) {
      var unused = thread.join(STOPPING);
    }
  }
}
