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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two builds of the same sources in two folders make the same layers.
class SameBuildProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  /// Whose files nobody compiles.
  private static final Set<String> LEFT_OUT = Set.of(".git", "docs", "knative", "terraform");

  /// What is kept of a `target`: what was compiled, which is the work of others than Quarkus. All
  /// else may be written or removed by somebody while it is copied.
  private static final Set<String> COMPILED =
      Set.of("classes", "generated-sources", "maven-status");

  @TempDir Path directory;

  private static void copy(Path from, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            String name = folder.getFileName().toString();
            if (isBuilt(folder) ? !COMPILED.contains(name) : LEFT_OUT.contains(name)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(folder)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && !isBuilt(file)) {
              Files.copy(
                  file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isBuilt(Path path) {
    return path.getParent().endsWith("target");
  }

  private UnpackedImage image(Path checkout, String name) throws Exception {
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
      return UnpackedImage.of(tar, work);
    }
  }

  /// Hashes of all files below a directory, and of all entries of jars among them.
  private static Map<String, String> contents(Path root) throws Exception {
    Map<String, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String name = root.relativize(file).toString();
        contents.put(name, hash(Files.readAllBytes(file)));
        if (name.endsWith(".jar")) {
          try (ZipFile zip = new ZipFile(file.toFile())) {
            for (ZipEntry entry : Collections.list(zip.entries())) {
              contents.put(
                  name + "!" + entry.getName(), hash(zip.getInputStream(entry).readAllBytes()));
            }
          }
        }
      }
    }
    return contents;
  }

  private static String hash(byte[] bytes) throws NoSuchAlgorithmException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }

  private static Set<String> differing(Map<String, String> one, Map<String, String> other) {
    Set<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    names.removeIf(name -> Objects.equals(one.get(name), other.get(name)));
    return names;
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

    UnpackedImage second = image(other, "second");
    UnpackedImage first = image(CHECKOUT, "first");
    assertThat(differing(contents(second.root()), contents(first.root()))).isEmpty();
    assertThat(second.digests()).isEqualTo(first.digests());
  }
}
