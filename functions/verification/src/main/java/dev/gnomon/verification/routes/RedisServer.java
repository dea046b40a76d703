package dev.gnomon.verification.routes;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import redis.embedded.core.ExecutableProvider;

/// A Redis of a test's own, 6.2 unless another is given, on a free port of the loopback, that keeps
/// nothing on disk. It can be killed and started again at the same port. Never outlives the JVM: it
/// stands behind a shell that kills it when the JVM's end of a pipe is closed, however the JVM
/// ends.
public final class RedisServer implements AutoCloseable {
  private static final int ATTEMPTS = 10;
  private static final int FIRST_PORT = 11_000;
  private static final int LAST_PORT = 32_000;
  private static final String READY = "Ready to accept connections";
  private static final String GUARD =
      "\"$@\" & child=$!; exec >&- 2>&-; cat >/dev/null; kill -KILL $child; wait $child";

  private final Path binary;
  private final int port;
  private final List<String> arguments;
  private Process process;

  private RedisServer(Path binary, int port, List<String> arguments, Process process) {
    this.binary = binary;
    this.port = port;
    this.arguments = arguments;
    this.process = process;
  }

  /// @param options more of redis-server's options, such as `--requirepass`, `secret`
  public static RedisServer start(String... options) {
    return start(Binary.PATH, options);
  }

  /// The same with a redis-server or valkey-server of the machine's.
  public static RedisServer start(Path binary, String... options) {
    return start(
        binary,
        port -> {
          List<String> arguments =
              new ArrayList<>(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1"));
          arguments.addAll(List.of("--save", "", "--appendonly", "no"));
          arguments.addAll(List.of(options));
          return arguments;
        });
  }

  /// Starts redis-server with nothing but the given arguments, which hold a free port.
  ///
  /// @param arguments all arguments for a port, such as a configuration file and `--sentinel`
  public static RedisServer start(IntFunction<List<String>> arguments) {
    return start(Binary.PATH, arguments);
  }

  /// The same with a server of the machine's.
  public static RedisServer start(Path binary, IntFunction<List<String>> arguments) {
    for (int attempt = 1; ; attempt++) {
      int port = freePort();
      List<String> chosen = arguments.apply(port);
      try {
        return new RedisServer(binary, port, chosen, launch(binary, chosen));
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /// The server that `GNOMON_TEST_REDIS_SERVER` names, such as a Redis 7 or a Valkey; 6.2 without.
  public static Path newest() {
    String given = System.getenv("GNOMON_TEST_REDIS_SERVER");
    return given == null || given.isBlank() ? Binary.PATH : Path.of(given);
  }

  public int port() {
    return port;
  }

  public String url() {
    return "redis://127.0.0.1:" + port;
  }

  /// Kills it as `kill -9` does and waits until it is gone.
  public void kill() {
    try {
      process.getOutputStream().close();
      process.waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Starts it again, empty, at the same port.
  public void restart() {
    kill();
    for (int attempt = 1; ; attempt++) {
      try {
        process = launch(binary, arguments);
        return;
      } catch (IOException e) {
        if (attempt == ATTEMPTS) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  /// Stops it from answering, with its connections open, until [#thaw].
  public void freeze() {
    signal("STOP");
  }

  public void thaw() {
    signal("CONT");
  }

  @Override
  public void close() {
    kill();
  }

  private void signal(String signal) {
    process
        .children()
        .filter(child -> child.info().command().orElse("").matches(".*(redis|valkey).*"))
        .forEach(child -> run("kill", "-" + signal, Long.toString(child.pid())));
  }

  private static void run(String... command) {
    try {
      int exit = new ProcessBuilder(command).inheritIO().start().waitFor();
      if (exit != 0) {
        throw new IllegalStateException(String.join(" ", command) + " ended with " + exit);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Process launch(Path binary, List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("sh", "-c", GUARD, "redis", binary.toString()));
    command.addAll(arguments);
    Process started =
        new ProcessBuilder(command)
            .directory(Binary.PATH.resolveSibling(".").toFile()) // a temporary one
            .redirectErrorStream(true)
            .start();
    BufferedReader log =
        new BufferedReader(new InputStreamReader(started.getInputStream(), StandardCharsets.UTF_8));
    StringBuilder said = new StringBuilder();
    for (String line = log.readLine(); line != null; line = log.readLine()) {
      said.append(line).append('\n');
      if (line.contains(READY) || line.contains("Sentinel ID is")) {
        Thread.ofVirtual().start(() -> log.lines().forEach(more -> {}));
        return started;
      }
    }
    started.getOutputStream().close();
    throw new IOException("redis-server did not start:\n" + said);
  }

  /// Below the ports that systems give to outgoing connections: of those, any could be taken while
  /// the server is down between [#kill] and [#restart].
  private static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(FIRST_PORT, LAST_PORT);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        continue; // taken
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /// The binary, unpacked once a JVM.
  private static final class Binary {
    static final Path PATH = unpack();

    /// With what servers wrote beside it, such as the dump that a replica was sent.
    private static void remove(Path directory) {
      try (Stream<Path> all = Files.walk(directory)) {
        all.sorted(Comparator.reverseOrder()).forEach(entry -> entry.toFile().delete());
      } catch (IOException e) {
        System.err.println(directory + " stays behind: " + e);
      }
    }

    private static Path unpack() {
      try {
        Path directory = Files.createTempDirectory("gnomon-redis");
        Path binary = ExecutableProvider.newJarResourceProvider(directory.toFile()).get().toPath();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> remove(directory)));
        return binary;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
