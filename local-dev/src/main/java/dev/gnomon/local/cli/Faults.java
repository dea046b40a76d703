package dev.gnomon.local.cli;

import dev.gnomon.core.faults.Busy;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.DamagedJournalException;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.store.blobs.BlobFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/// Turns what went wrong into one sentence and an exit code. Only a bug shows where it happened.
final class Faults {
  private static final int MAX_CAUSES = 100; // they may lead back to themselves

  private Faults() {}

  static int guard(Console console, Callable<Integer> work) {
    try {
      return work.call();
    } catch (Exception e) {
      return report(console, e);
    }
  }

  static int report(Console console, Exception e) {
    Optional<OutOfMemoryError> memory = outOfMemory(e);
    if (memory.isPresent()) {
      return report(console, memory.get());
    }
    console.progress("");
    return switch (e) {
      case Failure failure -> {
        console.error(failure.text());
        yield failure.exitCode();
      }
      case ObjectStoreException fault -> failed(console, fault);
      case BlobFault fault -> failed(console, fault);
      case DamagedPointException fault -> failed(console, fault);
      case IncompleteRestoreException fault -> failed(console, fault);
      case DamagedJournalException fault -> failed(console, fault);
      case Refusal fault -> failed(console, fault);
      case Busy fault -> failed(console, fault);
      case UncheckedIOException fault -> failed(console, fault);
      case IOException fault -> failed(console, fault);
      default -> {
        console.error("this is a bug: " + e);
        if (!console.json()) {
          e.printStackTrace(console.err());
        }
        yield Failure.FAILED;
      }
    };
  }

  /// What was done is as after a kill: a repeat goes on from there.
  static int report(Console console, OutOfMemoryError e) {
    console.progress("");
    console.error(
        "out of memory, with a heap of %d MiB (%s): set GNOMON_STORE_HEAP (commands with --store) or"
                .formatted(Runtime.getRuntime().maxMemory() >> 20, e.getMessage())
            + " GNOMON_HEAP (up, demo, bench) to more, such as 1g");
    return Failure.FAILED;
  }

  /// Memory may run out in a thread that another one waits for: what that throws has it as a cause.
  private static Optional<OutOfMemoryError> outOfMemory(Exception e) {
    @Nullable Throwable cause = e;
    for (int depth = 0; cause != null && depth < MAX_CAUSES; depth++) {
      if (cause instanceof OutOfMemoryError memory) {
        return Optional.of(memory);
      }
      cause = cause.getCause();
    }
    return Optional.empty();
  }

  private static int failed(Console console, Exception e) {
    String message = String.valueOf(e.getMessage());
    boolean bareName = e instanceof java.nio.file.FileSystemException;
    console.error(
        bareName
            ? e.getClass().getSimpleName().replace("Exception", "") + ": " + message
            : message);
    return Failure.FAILED;
  }
}
