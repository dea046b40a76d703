package dev.gnomon.bench.work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// A bench in a process of its own that tells when its program runs, to be stopped from outside.
final class WorkplaceChild {
  private WorkplaceChild() {}

  public static void main(String[] args) throws Exception {
    Path directory = Path.of(args[0]);
    Thread.ofPlatform().daemon().start(() -> tell(directory.resolve("started")));
    try (Workplace workplace = Workplace.in(directory, System.getenv("PATH"))) {
      workplace.run(new Program(List.of(args[1]), directory, Map.of()));
    }
  }

  private static void tell(Path started) {
    try {
      while (!Files.exists(started)) {
        LockSupport.parkNanos(10_000_000);
      }
      System.out.println(Files.readString(started).strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
