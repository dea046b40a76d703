package dev.gnomon.core.objects;

import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.time.Duration;

/// Waits for a while. Injected, so that tests of retries take no time.
@FunctionalInterface
public interface Pause {

  /// Returns after about the given time.
  ///
  /// @throws ObjectStoreException of kind TRANSIENT if the thread is interrupted; it stays so
  void of(Duration duration);

  /// Blocks the calling thread.
  static Pause sleeping() {
    return duration -> {
      try {
        Thread.sleep(duration);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new ObjectStoreException(Kind.TRANSIENT, "interrupted between two attempts", e);
      }
    };
  }
}
