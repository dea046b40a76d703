package dev.gnomon.runtime;

import dev.gnomon.core.chaos.ChaosRecords;
import dev.gnomon.core.chaos.Injected;
import dev.gnomon.core.chaos.WatchTrouble;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/// Lets a process that only reads the control store suffer what experiments make, and look about
/// once a second whether they still do.
public final class SuffersTrouble implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(SuffersTrouble.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final Duration STOPPING = Duration.ofSeconds(5);

  private final WatchTrouble watch;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;
  private boolean away;

  /// @param control the control store past all trouble, without retries
  public static SuffersTrouble start(ObjectStore control, Injected injected) {
    ControlRecords records = new ControlRecords(control, () -> UUID.randomUUID().toString());
    return new SuffersTrouble(WatchTrouble.readingOnly(new ChaosRecords(records), injected));
  }

  private SuffersTrouble(WatchTrouble watch) {
    this.watch = watch;
    this.thread = Thread.ofPlatform().daemon().name("gnomon-chaos").unstarted(this::run);
    this.thread.start();
  }

  private void run() {
    try {
      do {
        try {
          watch.look();
          away = false;
        } catch (ObjectStoreException e) {
          if (!away) {
            LOG.warnf("it can't be seen whether experiments go on: %s", e.getMessage());
          }
          away = true;
        }
      } while (!stopped.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws InterruptedException {
    stopped.countDown();
    var unused = thread.join(STOPPING);
    watch.lift();
  }
}
