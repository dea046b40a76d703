package dev.gnomon.local.demo;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Removes what a demo made, fences included.
final class Leftovers {
  private static final int ATTEMPTS = 20;
  private static final long PAUSE_MILLIS = 50;

  private Leftovers() {}

  /// Somebody may still be ending in there: tried again if it was not empty after all.
  static void delete(Path work) throws IOException, InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        liftFences(work);
        TreeCopy.delete(work);
        return;
      } catch (DirectoryNotEmptyException | NoSuchFileException e) {
        if (attempt == ATTEMPTS) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    }
  }

  /// A fence's placeholder can't be removed before it is mutable again.
  private static void liftFences(Path work) throws IOException, InterruptedException {
    if (Files.notExists(work)) {
      return;
    }
    try (Stream<Path> paths = Files.walk(work, 3)) {
      for (Path path : paths.filter(Files::isDirectory).toList()) {
        if (Files.exists(path.resolveSibling("." + path.getFileName() + ".gnomon-fenced"))) {
          new ProcessBuilder("chattr", "-i", path.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor(10, TimeUnit.SECONDS);
        }
      }
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause(); // of the walk
    }
  }
}
