package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The images of predict and protect as their manifests run them: on the cache that they carry,
/// with variables that the manifests name, asked by the probes of the manifests, writing nowhere
/// into what a cluster mounts read-only.
class FunctionImagesProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern PROBE = Pattern.compile("path: (/q/health/\\S+)");
  private static final Pattern VARIABLE = Pattern.compile("- name: ([A-Z][A-Z0-9_]+)");

  /// What Knative and its SinkBinding give, what a test needs to find a free port, and a directory
  /// in the place of `/var/lib/gnomon`, where the manifests mount one.
  private static final Set<String> NOT_OF_MANIFESTS =
      Set.of("K_SINK", "QUARKUS_HTTP_HOST", "QUARKUS_HTTP_PORT", "GNOMON_PROTECT_STATE_DIRECTORY");

  @TempDir Path directory;

  @Test
  void predictRunsAsItsManifestSays() throws Exception {
    assertRuns(Deployable.PREDICT, "telemetry");
  }

  @Test
  void protectRunsAsItsManifestSays() throws Exception {
    assertRuns(Deployable.PROTECT, "update");
  }

  private void assertRuns(Deployable deployable, String function) throws Exception {
    String manifest =
        Files.readString(CHECKOUT.resolve("knative/base/" + function + "/service.yaml"));
    assertThat(manifest).contains("image: " + deployable.image());
    if (deployable == Deployable.PROTECT) {
      assertThat(manifest).contains("mountPath: /var/lib/gnomon");
    }
    int code =
        ImagesMain.run(
            List.of("--base", "local", "--only", deployable.word(), "--out", directory.toString()),
            CHECKOUT,
            new PrintStream(PrintStream.nullOutputStream()));
    assertThat(code).isZero();
    UnpackedImage image =
        UnpackedImage.of(directory.resolve(deployable.image() + ".tar"), directory);
    Map<String, FileTime> before = files(image.root());

    try (Surroundings surroundings =
        Surroundings.start(Files.createDirectory(directory.resolve("surroundings")))) {
      Map<String, String> environment = surroundings.environment(deployable);
      assertThat(environment.keySet().stream().filter(name -> !NOT_OF_MANIFESTS.contains(name)))
          .isSubsetOf(found(VARIABLE, manifest));
      try (RunningDeployable running =
          RunningDeployable.start(
              image.command("-XX:AOTMode=on"),
              image.root().resolve("app"),
              environment,
              directory.resolve("running.log"))) {
        Caller caller = new Caller(running.address());
        for (String probe : found(PROBE, manifest)) {
          assertThat(caller.get(probe).statusCode()).as(probe).isEqualTo(200);
        }
        caller.first(deployable);
        running.stop();
        assertThat(running.output()).contains(deployable.image() + " stopped");
      }
    }
    assertThat(files(image.root())).isEqualTo(before);
  }

  private static Set<String> found(Pattern pattern, String manifest) {
    Set<String> found =
        pattern
            .matcher(manifest)
            .results()
            .map((MatchResult match) -> match.group(1))
            .collect(Collectors.toSet());
    assertThat(found).as(pattern.pattern()).hasSizeGreaterThan(2);
    return found;
  }

  private static Map<String, FileTime> files(Path root) throws IOException {
    Map<String, FileTime> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.toList()) {
        files.put(root.relativize(file).toString(), Files.getLastModifiedTime(file));
      }
    }
    return files;
  }
}
