package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class LauncherImagesTest extends LauncherScene {
  private List<Path> copies() throws Exception {
    try (var files = Files.list(root.resolve("target/gnomon"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("images-")).toList();
    }
  }

  @Test
  void imagesAreMadeOfACopyOfWhatWasJustBuilt() throws Exception {
    Run run = run("images", "--base", "local");

    assertThat(run.code()).isZero();
    assertThat(builds()).singleElement().asString().contains("-pl images -am").endsWith("package");
    assertThat(calls().getLast())
        .contains("-Dgnomon.images.work=" + root + "/target/gnomon/images-" + run.pid() + " ")
        .endsWith("dev.gnomon.images.ImagesMain --base local");
    assertThat(lines("copied"))
        .contains(
            "./built/functions/predict/target/quarkus-app/quarkus-run.jar",
            "./built/functions/protect/target/quarkus-app/quarkus-run.jar",
            "./built/functions/route/target/quarkus-app/quarkus-run.jar",
            "./built/local-dev/target/quarkus-app/quarkus-run.jar",
            "./classes/A.class",
            "./libraries/jib.jar");
  }

  @Test
  void whatTheyAreMadeOfIsBuiltOnceUntilTheSourcesChange() throws Exception {
    run("images");
    run("images");
    assertThat(builds()).hasSize(1);

    later("functions/core/src/main/A.java");
    run("images");
    assertThat(builds()).hasSize(2);

    Files.delete(root.resolve("functions/route/target/quarkus-app/quarkus-run.jar"));
    run("images");
    assertThat(builds()).hasSize(3);
  }

  @Test
  void anotherBuildIsWaitedFor() throws Exception {
    Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/flock")), "no /usr/bin/flock");
    Path lock = Files.createDirectories(root.resolve("target/gnomon")).resolve("lock");
    Process other =
        start(
            root,
            List.of(
                "flock",
                lock.toString(),
                "sh",
                "-c",
                "echo held; read -r _; echo over >>$LOG/mvn"));
    assertThat(other.inputReader().readLine()).isEqualTo("held");

    Process images = start(root, List.of(root.resolve("gnomon").toString(), "images"));
    images.getOutputStream().close();
    Thread.sleep(1000); // for one that did not wait to be first
    other.getOutputStream().write('\n');
    other.getOutputStream().close();

    assertThat(images.waitFor()).isZero();
    assertThat(builds()).hasSize(2).first().isEqualTo("over");
  }

  @Test
  void whatAKilledRunLeftIsRemoved() throws Exception {
    long nobody = 999_999_999; // more than a system has
    Path orphan = root.resolve("target/gnomon/images-" + nobody);
    Path running = root.resolve("target/gnomon/images-" + ProcessHandle.current().pid());
    Files.createDirectories(orphan.resolve("built"));
    Files.createDirectories(running);

    run("images");

    assertThat(orphan).doesNotExist();
    assertThat(running).exists();
  }

  @Test
  void aBuildThatFailsLeavesNothingAndIsTriedAgain() throws Exception {
    environment.put("MAVEN_CODE", "1");
    Run failed = run("images");
    environment.remove("MAVEN_CODE");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.err()).contains("the compiler said no", "gnomon: the build failed");
    assertThat(calls()).isEmpty();
    assertThat(copies()).isEmpty();
    assertThat(run("images").code()).isZero();
    assertThat(builds()).hasSize(2);
  }
}
