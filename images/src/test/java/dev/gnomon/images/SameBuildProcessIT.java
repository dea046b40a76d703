package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.images.ImageBuild.Base;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two builds of the same sources in two folders make the same layers.
class SameBuildProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  /// What a build of route does not need, or makes.
  private static final Set<String> LEFT_OUT =
      Set.of(".git", "quarkus-app", "native-sources", "surefire-reports", "libraries", "gnomon");

  @TempDir Path directory;

  /// With what was compiled, which is the work of others than Quarkus.
  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            boolean built = folder.getParent().endsWith("target") || folder.endsWith(".git");
            if (built && LEFT_OUT.contains(folder.getFileName().toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              Files.copy(
                  file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private Map<String, String> layers(Path checkout, String name) throws Exception {
    Path work = Files.createDirectories(directory.resolve(name));
    Path runtime = work.resolve("runtime");
    Files.createDirectories(runtime.resolve("bin"));
    Files.writeString(runtime.resolve("bin/java"), "java");
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25\"\n");
    Path scratch = Files.createDirectory(work.resolve("base"));
    Base base = new Base.Tar(MachineBase.make(scratch, work.resolve("base.tar")));
    try (Trainer trainer = new Trainer(checkout, runtime, work)) {
      Path tar = work.resolve("image.tar");
      new ImageBuild(work.resolve("cache"))
          .toTar(base, trainer.plain(Deployable.ROUTE), "route:" + name, tar);
      return UnpackedImage.of(tar, work).digests();
    }
  }

  @Test
  void twoBuildsInTwoFoldersMakeTheSameLayers() throws Exception {
    Path other = directory.resolve("other");
    copy(CHECKOUT, other);
    Path log = directory.resolve("maven.log");
    ProcessBuilder builder =
        new ProcessBuilder(
                List.of(
                    "mvn",
                    "-B",
                    "-o",
                    "-q",
                    "-Dquick",
                    "-DskipTests",
                    "-pl",
                    "functions/route",
                    "-am",
                    "package"))
            .directory(other.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    assumeTrue(
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mvn"))),
        "SKIPPED SameBuildProcessIT: there is no mvn on the PATH");
    assertThat(builder.start().waitFor()).as(Files.readString(log)).isZero();
    // The check of the check: Quarkus built it a second time.
    assertThat(Files.getLastModifiedTime(Deployable.ROUTE.app(other).resolve("quarkus-run.jar")))
        .isGreaterThan(
            Files.getLastModifiedTime(Deployable.ROUTE.app(CHECKOUT).resolve("quarkus-run.jar")));

    assertThat(layers(other, "second")).isEqualTo(layers(CHECKOUT, "first"));
  }
}
