package dev.gnomon.local.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/// Writes small files through the link of a [Scene] the whole time, also while the stack is down. A
/// write is acknowledged if it was synced while the route served the place that it went to.
final class LinkWriter implements AutoCloseable {
  static final String DIRECTORY = "written";
  private static final long PAUSE_NANOS = 4_000_000;

  private final Path link;
  private final Path routes;
  private final Map<String, String> acknowledged = new TreeMap<>();
  private final Thread thread;
  private volatile boolean stopped;
  private volatile long attempts;

  LinkWriter(Scene scene) {
    this.link = scene.link;
    this.routes = scene.data.resolve("cells/west/routes/site");
    this.thread = Thread.ofPlatform().daemon().name("writer").start(this::run);
  }

  /// Text of each acknowledged write so far, by its name in [#DIRECTORY].
  Map<String, String> acknowledged() {
    synchronized (acknowledged) {
      return new TreeMap<>(acknowledged);
    }
  }

  /// How many writes were tried.
  long attempts() {
    return attempts;
  }

  private void run() {
    while (!stopped) {
      write("write-%06d".formatted(attempts));
      attempts++;
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private void write(String name) {
    String text = "acknowledged " + name;
    try {
      Optional<String> before = served();
      Path directory = Files.createDirectories(link.resolve(DIRECTORY));
      try (FileChannel channel =
          FileChannel.open(
              directory.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        channel.force(true);
      }
      if (before.isPresent() && before.equals(served())) {
        synchronized (acknowledged) {
          acknowledged.put(name, text);
        }
      }
    } catch (IOException e) {
      // a fence refused it
    }
  }

  /// Epoch and place, if the newest route serves the place that the link leads to.
  private Optional<String> served() throws IOException {
    Optional<Path> newest;
    try (Stream<Path> records = Files.list(routes)) {
      newest =
          records
              .filter(path -> path.getFileName().toString().matches("[0-9]{20}"))
              .max(Comparator.comparing(Path::getFileName));
    }
    if (newest.isEmpty()) {
      return Optional.empty();
    }
    JsonNode route = Json.MAPPER.readTree(newest.get().toFile()).path("record");
    String place = route.at("/primary/path").asText();
    boolean serves =
        route.path("state").asText().equals("SERVING")
            && Files.readSymbolicLink(link).equals(Path.of(place));
    return serves ? Optional.of(newest.get().getFileName() + " " + place) : Optional.empty();
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join();
  }
}
