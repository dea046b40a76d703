package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.images.ImageBuild.Base;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
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

  /// What is no source of a deployable.
  private static final Set<Path> LEFT_OUT =
      Set.of(Path.of(".git"), Path.of("docs"), Path.of("terraform"));

  @TempDir Path directory;

  /// The sources alone, so that nothing that was built before goes into it.
  private static void copySources(Path to) throws IOException {
    Files.walkFileTree(
        CHECKOUT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            Path name = CHECKOUT.relativize(folder);
            if (LEFT_OUT.contains(name) || isBuilt(folder)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(name));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile()) {
              Files.copy(file, to.resolve(CHECKOUT.relativize(file)));
            }
            return FileVisitResult.CONTINUE;
          }
        });
  }

  private static boolean isBuilt(Path folder) {
    return folder.endsWith("target") && Files.exists(folder.resolveSibling("pom.xml"));
  }

  /// A build of route by Maven, from the repository that this build has.
  private record Build(Path checkout, Path log, Process process) {
    static Build start(Path checkout) throws IOException {
      copySources(checkout);
      Path log = checkout.resolveSibling(checkout.getFileName() + ".log");
      List<String> command =
          new ArrayList<>(List.of("mvn", "-B", "-o", "-q", "-Dquick", "-DskipTests"));
      // All that it has, wherever that came from: other settings may name other mirrors.
      command.add("-Dmaven.repo.local=" + System.getProperty("gnomon.maven.repository"));
      command.add("-Dmaven.legacyLocalRepo=true");
      command.addAll(List.of("-pl", "functions/route", "-am", "package"));
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(checkout.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      return new Build(checkout, log, builder.start());
    }

    void await() throws IOException, InterruptedException {
      int code = process.waitFor();
      String said = Files.readString(log);
      assumeTrue(
          code == 0,
          () ->
              "SKIPPED SameBuildProcessIT: Maven can't build here offline (exit code %d): %s"
                  .formatted(code, said.substring(Math.max(0, said.length() - 2000))));
    }
  }

  private UnpackedImage image(Path checkout, String name) throws Exception {
    Path work = Files.createDirectories(directory.resolve(name));
    Path runtime = work.resolve("runtime");
    Files.createDirectories(runtime.resolve("bin"));
    Files.writeString(runtime.resolve("bin/java"), "java");
    Files.writeString(runtime.resolve("release"), "JAVA_VERSION=\"25\"\n");
    Path scratch = Files.createDirectory(work.resolve("base"));
    Base base = new Base.Tar(LocalBase.make(scratch, List.of(), work.resolve("base.tar")));
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
    assumeTrue(
        List.of(System.getenv("PATH").split(":")).stream()
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, "mvn"))),
        "SKIPPED SameBuildProcessIT: there is no mvn on the PATH");
    Build one = Build.start(directory.resolve("one"));
    Build other = Build.start(directory.resolve("a/folder/of/another/name"));
    one.await();
    other.await();

    UnpackedImage first = image(one.checkout(), "first");
    UnpackedImage second = image(other.checkout(), "second");
    assertThat(differing(contents(first.root()), contents(second.root()))).isEmpty();
    assertThat(second.digests()).isEqualTo(first.digests());
  }
}
