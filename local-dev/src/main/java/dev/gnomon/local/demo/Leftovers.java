package dev.gnomon.local.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// Removes what a demo made, fences included.
final class Leftovers {
  private Leftovers() {}

  static void delete(Path work) throws IOException, InterruptedException {
    try (Stream<Path> paths = Files.walk(work, 3)) {
      for (Path path : paths.filter(Files::isDirectory).toList()) {
        if (Files.exists(path.resolveSibling("." + path.getFileName() + ".gnomon-fenced"))) {
          // The fence's placeholder can't be removed before it is mutable again.
          new ProcessBuilder("chattr", "-i", path.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor(10, TimeUnit.SECONDS);
        }
      }
    }
    TreeCopy.delete(work);
  }
}
