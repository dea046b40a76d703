package dev.gnomon.verification.waits;

import java.io.FileNotFoundException;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/// How long a test waits for something that must happen. The limit is no expectation: it only ends
/// a test that would hang, so it is far above what the slowest and busiest machine needs.
public final class Patience {
  public static final Duration LIMIT = Duration.ofMinutes(2);

  private Patience() {}

  /// As [Awaitility#await()], with [#LIMIT]. A condition that looks for a file which somebody takes
  /// away meanwhile does not hold yet, and is no error.
  public static ConditionFactory await() {
    return Awaitility.await().atMost(LIMIT).ignoreExceptionsMatching(Patience::isGone);
  }

  private static boolean isGone(@Nullable Throwable thrown) {
    return thrown instanceof NoSuchFileException
        || thrown instanceof FileNotFoundException
        || (thrown instanceof UncheckedIOException wrapped && isGone(wrapped.getCause()));
  }
}
