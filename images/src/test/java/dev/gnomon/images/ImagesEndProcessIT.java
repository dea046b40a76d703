package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `gnomon images` that is ended in the middle of a training leaves no process, no work and no half
/// of an image.
class ImagesEndProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;
  private Path work;
  private Path results;

  @BeforeEach
  void copyWhatWasBuilt() throws Exception {
    work = directory.resolve("work");
    results = directory.resolve("results");
    for (Application application : List.of(Deployable.PROTECT, Deployable.ROUTE)) {
      Path copy = application.app(work.resolve("built"));
      Files.createDirectories(copy.getParent());
      int code =
          new ProcessBuilder("cp", "-R", application.app(CHECKOUT).toString(), copy.toString())
              .inheritIO()
              .start()
              .waitFor();
      assertThat(code).isZero();
    }
  }

  private Process start(Path err) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Dgnomon.root=" + directory,
            "-Dgnomon.images.work=" + work,
            "-cp",
            System.getProperty("java.class.path"),
            ImagesMain.class.getName(),
            "--base",
            "local",
            "--only",
            "route",
            "--out",
            results.toString())
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .redirectError(err.toFile())
        .start();
  }

  /// @return the processes that it started
  private List<ProcessHandle> atWork(Process images, Path err) throws Exception {
    Path log = work.resolve("route.log");
    Patience.await()
        .until(() -> !images.isAlive() || Files.readString(log).contains("Listening on"));
    assertThat(images.isAlive()).as(Files.readString(err)).isTrue();
    List<ProcessHandle> started = images.descendants().toList();
    assertThat(started).isNotEmpty();
    return started;
  }

  private static void assertEnded(List<ProcessHandle> processes) throws Exception {
    for (ProcessHandle process : processes) {
      process.onExit().get(1, TimeUnit.MINUTES);
    }
  }

  @Test
  void termRemovesAllThatItMade() throws Exception {
    Path err = directory.resolve("err");
    Process images = start(err);
    List<ProcessHandle> started = atWork(images, err);

    images.destroy();

    assertThat(images.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(images.exitValue()).isEqualTo(143);
    assertEnded(started);
    assertThat(work).doesNotExist();
    assertThat(results).isDirectoryNotContaining("glob:**gnomon-*");
    assertThat(Files.readString(err))
        .contains("stopping; no image that was not named is made")
        .doesNotContain("could not remove");
  }

  @Test
  void killedItLeavesNoProcess() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no /usr/bin/setpriv");
    Path err = directory.resolve("err");
    Process images = start(err);
    List<ProcessHandle> started = atWork(images, err);

    images.destroyForcibly().waitFor();

    assertEnded(started);
    assertThat(results).isDirectoryNotContaining("glob:**gnomon-*");
  }
}
