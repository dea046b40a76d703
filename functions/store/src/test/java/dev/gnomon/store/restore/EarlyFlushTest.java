package dev.gnomon.store.restore;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.store.files.OpenTree;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What goes wrong in the thread that flushes is what the end of the restore says.
class EarlyFlushTest {
  @BeforeEach
  void flushes() {
    assumeTrue(OpenTree.flushesWhole(), "needs a flush of a whole file system");
  }

  private static void endOf(EarlyFlush.Disk disk) throws Throwable {
    EarlyFlush flush = new EarlyFlush(disk);
    flush.wrote(Long.MAX_VALUE / 2);
    close(flush);
  }

  private static void close(EarlyFlush flush) throws Throwable {
    FutureTask<Void> end =
        new FutureTask<>(() -> {
          flush.close();
          return null;
        });
    Thread.ofPlatform().daemon().start(end);
    try {
      end.get(Patience.LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause();
    }
  }

  @Test
  void aFaultOfTheDiskIsThrownAsItWas() {
    IOException fault = new IOException("the disk is broken");

    assertThatThrownBy(() ->
            endOf(() -> {
              throw fault;
            }))
        .isSameAs(fault);
  }

  @Test
  void anErrorIsThrownAsItWasAndNotWaitedForForEver() {
    OutOfMemoryError error = new OutOfMemoryError("Java heap space");

    assertThatThrownBy(() ->
            endOf(() -> {
              throw error;
            }))
        .isSameAs(error);
  }

  @Test
  void aThreadThatCantBeStartedIsNotWaitedForAndIsTheFaultThatIsSeen() throws Throwable {
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
    EarlyFlush flush =
        new EarlyFlush(
            () -> {},
            thread -> {
              throw error;
            });

    assertThatThrownBy(
            () -> {
              try (flush) {
                flush.wrote(Long.MAX_VALUE / 2);
              }
            })
        .isSameAs(error);
    close(flush);
  }
}
