package dev.gnomon.local.servers;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedRedisTest {
  @TempDir Path directory;

  /// What Redis answers to a line.
  private static String ask(int port, String... lines) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      var in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String answer = "";
      for (String line : lines) {
        socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        answer = in.readLine();
      }
      return answer;
    }
  }

  @Test
  void aServerThatEndsAtOnceIsNoticedAndQuoted() throws Exception {
    Path binary =
        Files.writeString(directory.resolve("redis"), "#!/bin/sh\necho in use >&2\nexit 1\n");
    Files.setPosixFilePermissions(binary, PosixFilePermissions.fromString("rwx------"));

    assertThatThrownBy(() ->
            CompletableFuture.supplyAsync(
                    () -> {
                      try {
                        return EmbeddedRedis.launch(binary, directory.resolve("redis.conf"));
                      } catch (IOException e) {
                        throw new UncheckedIOException(e);
                      }
                    })
                .get(10, TimeUnit.SECONDS))
        .rootCause()
        .isInstanceOf(IOException.class)
        .hasMessageContaining("in use");
  }

  @Test
  void itAnswersWithItsPasswordOnlyAndEndsWhenClosed() throws IOException {
    int port;
    try (EmbeddedRedis redis = EmbeddedRedis.start(directory.resolve("redis"), "secret")) {
      URI url = URI.create(redis.url());
      port = url.getPort();
      assertThat(url.getUserInfo()).isEqualTo(":secret");
      assertThat(ask(port, "PING")).startsWith("-NOAUTH");
      assertThat(ask(port, "AUTH secret", "PING")).isEqualTo("+PONG");
      assertThat(Files.getPosixFilePermissions(directory.resolve("redis/redis.conf")))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
    await().untilAsserted(() -> assertThat(processesOf(directory)).isEmpty());
  }

  @Test
  void itDiesWithAJvmThatIsKilled() throws Exception {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                ServersChild.class.getName(),
                directory.resolve("redis").toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String url = child.inputReader(StandardCharsets.UTF_8).readLine();
    assertThat(ask(URI.create(url).getPort(), "AUTH secret", "PING")).isEqualTo("+PONG");
    child.destroyForcibly().waitFor();
    await().untilAsserted(() -> assertThat(processesOf(directory)).isEmpty());
  }

  private static List<String> processesOf(Path directory) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains("redis-server") && line.contains(directory.toString()))
        .toList();
  }
}
