package dev.gnomon.local.demo;

import static dev.gnomon.verification.waits.Patience.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.local.stack.Packaged;
import dev.gnomon.s3.S3ObjectStore;
import dev.gnomon.s3.S3ObjectStores;
import dev.gnomon.verification.buckets.S3TestServer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The demo in a process of its own, with a launcher that starts the packaged stack.
class DemoProcessIT {
  private static final String AT_WORK = "a reader and a writer use";

  @TempDir Path directory;
  private Path root;
  private Path temporary;
  private Path log;
  private final Map<String, String> keys = new HashMap<>();

  @BeforeEach
  void launcher() throws IOException {
    root = Files.createDirectories(directory.resolve("root"));
    temporary = Files.createDirectories(directory.resolve("tmp"));
    log = directory.resolve("demo.log");
    Files.writeString(
        root.resolve("gnomon"),
        "#!/bin/sh\nexec " + String.join(" ", Packaged.java()) + " \"$@\"\n");
    Files.setPosixFilePermissions(
        root.resolve("gnomon"), PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(directory.resolve("source"));
    Files.writeString(directory.resolve("source/a"), "one");
    Files.writeString(directory.resolve("source/b"), "two");
  }

  @ParameterizedTest
  @CsvSource({"TERM, 143", "INT, 130"})
  void endedByASignalItLeavesNothingBehind(String signal, int code) throws Exception {
    Process demo = demo();
    try {
      await()
          .failFast("the demo ended, see " + log, () -> !demo.isAlive())
          .until(() -> Files.readString(log).contains(AT_WORK));

      new ProcessBuilder("kill", "-" + signal, Long.toString(demo.pid())).start().waitFor();

      assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
      assertThat(demo.exitValue()).isEqualTo(code);
      assertThat(temporary).isDirectoryNotContaining("glob:**gnomon-demo-*");
      await()
          .untilAsserted(() ->
              assertThat(
                      ProcessHandle.allProcesses()
                          .map(one -> one.info().commandLine().orElse(""))
                          .filter(line -> line.contains(temporary.toString()))
                          .filter(line -> line.contains("redis") || line.contains(" up ")))
                  .isEmpty());
      assertThat(Files.readString(log)).doesNotContain("Exception").doesNotContain("gnomon: ");
    } finally {
      demo.destroyForcibly();
    }
  }

  @Test
  void itRunsToItsEndAndLeavesNothingBehind() throws Exception {
    for (int file = 0; file < 60; file++) {
      Files.writeString(directory.resolve("source/f" + file), "content " + file);
    }

    Process demo = demo();

    try {
      boolean ended = demo.waitFor(5, TimeUnit.MINUTES);
      assertThat(Files.readString(log)).contains("the demo passed").doesNotContain("gnomon: ");
      assertThat(ended).isTrue();
      assertThat(demo.exitValue()).isZero();
      assertThat(temporary).isDirectoryNotContaining("glob:**gnomon-demo-*");
    } finally {
      demo.destroyForcibly();
    }
  }

  /// With a real S3 server as both of its cells.
  @Test
  void itRunsOnARealMinioAndLeavesNothingThere() throws Exception {
    S3TestServer server = S3TestServer.required(getClass().getSimpleName());
    String bucket = "demo-" + UUID.randomUUID();
    server.bucket(bucket);
    for (int file = 0; file < 60; file++) {
      Files.writeString(directory.resolve("source/f" + file), "content " + file);
    }
    keys.put("AWS_ACCESS_KEY_ID", server.accessKey());
    keys.put("AWS_SECRET_ACCESS_KEY", server.secretKey());

    Process demo = demo("--store", server.place(bucket).toString());

    try {
      boolean ended = demo.waitFor(5, TimeUnit.MINUTES);
      assertThat(Files.readString(log))
          .contains("object stores below " + server.place(bucket), "the demo passed")
          .containsPattern("deleted [1-9][0-9]+ objects below ")
          .doesNotContain("gnomon: ");
      assertThat(ended).isTrue();
      assertThat(demo.exitValue()).isZero();
      try (S3ObjectStore left =
          S3ObjectStores.open(
              URI.create(server.place(bucket).toString()),
              server.accessKey(),
              server.secretKey(),
              "")) {
        assertThat(left.list("", Optional.empty(), 1).objects()).isEmpty();
      }
    } finally {
      demo.destroyForcibly();
    }
  }

  @Test
  void aStoreWithoutKeysIsRefused() throws Exception {
    Process demo = demo("--store", "s3+http://127.0.0.1:1/bucket");

    assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(Files.readString(log)).contains("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY");
    assertThat(demo.exitValue()).isEqualTo(2);
    assertThat(temporary).isDirectoryNotContaining("glob:**gnomon-demo-*");
  }

  @Test
  void wrongUseMakesNothing() throws Exception {
    Process demo = demo("--path", directory.resolve("none").toString());

    assertThat(demo.waitFor(2, TimeUnit.MINUTES)).isTrue();
    assertThat(demo.exitValue()).isEqualTo(2);
    assertThat(temporary).isDirectoryNotContaining("glob:**gnomon-demo-*");
  }

  private Process demo(String... more) throws IOException {
    List<String> command = new ArrayList<>(List.of("env", "--default-signal=INT"));
    command.addAll(Packaged.java("-Djava.io.tmpdir=" + temporary));
    command.set(command.indexOf("-Dgnomon.root=" + Packaged.ROOT), "-Dgnomon.root=" + root);
    command.addAll(List.of("demo", "--path", directory.resolve("source").toString()));
    command.addAll(List.of(more));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().putAll(keys);
    return builder.start();
  }
}
