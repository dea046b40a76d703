package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A `restore` that is killed in the middle, and run again.
class KilledRestoreProcessIT {
  private static final int FILES = 6000;
  private static final int ENOUGH = 30;

  @TempDir Path work;

  @Test
  void goesOnWhereItWas() throws Exception {
    Path site = Files.createDirectory(work.resolve("site"));
    Random random = new Random(1);
    byte[] content = new byte[8000];
    for (int i = 0; i < FILES; i++) {
      random.nextBytes(content);
      Files.write(Files.createDirectories(site.resolve("d" + i % 60)).resolve("f" + i), content);
    }
    Path target = work.resolve("target");
    String store = "file:" + work.resolve("store");
    assertThat(Shell.run("shadow", "--store", store, "--path", site.toString()).code()).isZero();
    String[] restore = {
      "restore", "--store", store, "--point", "site@1", "--to", target.toString()
    };

    Process child = start(restore);
    Patience.await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> inodes(target).size() >= ENOUGH || !child.isAlive());
    child.destroyForcibly();
    assertThat(child.waitFor(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    Map<String, Object> there = inodes(target);
    Shell again = Shell.run(restore);

    assertThat(there).as("files when it was killed").hasSizeBetween(ENOUGH, FILES - 1);
    assertThat(again.code()).as(again.err()).isZero();
    Map<String, Object> whole = inodes(target);
    assertThat(whole).hasSize(FILES).containsAllEntriesOf(there);
    for (String path : whole.keySet()) {
      assertThat(target.resolve(path)).hasSameBinaryContentAs(site.resolve(path));
    }
    try (Stream<Path> all = Files.walk(target)) {
      assertThat(all.filter(path -> path.getFileName().toString().startsWith(".gnomon-tmp")))
          .isEmpty();
    }
  }

  private Process start(String... words) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Gnomon.class.getName());
    builder.command().addAll(java.util.List.of(words));
    return builder
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  /// Inodes of the files that have their names, by relative path.
  private static Map<String, Object> inodes(Path root) throws IOException {
    Map<String, Object> inodes = new HashMap<>();
    if (!Files.isDirectory(root)) {
      return inodes;
    }
    try (Stream<Path> directories = Files.list(root)) {
      for (Path directory : directories.toList()) {
        try (Stream<Path> files = Files.list(directory)) {
          for (Path file : files.toList()) {
            if (!file.getFileName().toString().startsWith(".")) {
              inodes.put(root.relativize(file).toString(), Files.getAttribute(file, "unix:ino"));
            }
          }
        }
      }
    }
    return inodes;
  }
}
