package dev.gnomon.local.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import redis.embedded.core.ExecutableProvider;

/// A Redis that keeps nothing: it is an index, rebuilt from the objects. It stands behind a shell
/// that kills it as soon as the JVM's end of a pipe is closed, however the JVM ends.
public final class EmbeddedRedis implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(EmbeddedRedis.class);
  private static final int ATTEMPTS = 10;
  private static final int STOP_SECONDS = 5;
  private static final int START_SECONDS = 30;
  private static final String READY = "Ready to accept connections";

  /// Gives away both of its own outputs, so that the end of a server that could not start is seen.
  private static final String GUARD =
      "\"$@\" </dev/null & child=$!; exec >&- 2>&-; cat >/dev/null; kill -KILL $child; wait $child";

  private final Process process;
  private final int port;
  private final String password;

  private EmbeddedRedis(Process process, int port, String password) {
    this.process = process;
    this.port = port;
    this.password = password;
  }

  /// Starts it and waits until it answers.
  ///
  /// @param directory private to this server; its binary and configuration are put there
  /// @param password letters and digits
  /// @throws ServerException if it can't be started
  public static EmbeddedRedis start(Path directory, String password) {
    try {
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path binary = binary(directory);
      for (int attempt = 1; ; attempt++) {
        int port = freePort();
        try {
          Path settings = writeSettings(directory, port, password);
          return new EmbeddedRedis(launch(binary, settings), port, password);
        } catch (IOException e) {
          if (attempt == ATTEMPTS) {
            throw e;
          }
          LOG.debugf("Redis did not start at port %d: %s", port, e.getMessage());
        }
      }
    } catch (IOException e) {
      throw new ServerException("the embedded Redis does not start: " + e.getMessage(), e);
    }
  }

  /// With the password in it.
  public String url() {
    return "redis://:" + password + "@127.0.0.1:" + port;
  }

  @Override
  public void close() {
    try {
      stop(process);
      if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Waits until a server says that it is ready.
  ///
  /// @throws IOException with what it said, if it ends instead, or says nothing for too long
  static Process launch(Path binary, Path settings) throws IOException {
    Process started =
        new ProcessBuilder("sh", "-c", GUARD, "redis", binary.toString(), settings.toString())
            .redirectErrorStream(true)
            .start();
    BufferedReader log =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    AtomicBoolean ready = new AtomicBoolean();
    CompletableFuture.delayedExecutor(START_SECONDS, TimeUnit.SECONDS)
        .execute(() -> {
          if (!ready.get()) {
            stop(started);
          }
        });
    StringBuilder said = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      said.append(line).append('\n');
      if (line.contains(READY)) {
        ready.set(true);
        Thread.ofVirtual().name("redis log").start(() -> log.lines().forEach(LOG::debug));
        return started;
      }
    }
    stop(started);
    throw new IOException("redis-server said:\n" + said);
  }

  /// The guard kills the server when this pipe is closed.
  private static void stop(Process guard) {
    try {
      guard.getOutputStream().close();
    } catch (IOException e) {
      LOG.debugf("closing the pipe to Redis: %s", e.getMessage());
    }
  }

  private static Path writeSettings(Path directory, int port, String password) throws IOException {
    Path file = directory.resolve("redis.conf");
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    // Not as arguments: those are for everybody to see.
    return Files.writeString(
        file,
        """
        bind 127.0.0.1
        port %d
        requirepass %s
        dir "%s"
        save ""
        appendonly no
        maxmemory 256mb
        maxmemory-policy allkeys-lru
        """
            .formatted(port, password, directory.toAbsolutePath()),
        StandardOpenOption.WRITE);
  }

  private static Path binary(Path directory) throws IOException {
    return ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
