package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.verification.buckets.S3TestServer;
import dev.gnomon.verification.routes.RedisServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image gnomon-cli, run as the Job of knative/cell-init runs it: another user than its own,
/// nothing to write to but /tmp, nothing to see but what is in it.
class CliImageProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  /// What a container engine does, as far as root of this machine can.
  private static final String CONTAINED =
      """
      set -e
      root=$0
      mkdir -p "$root/dev" "$root/proc" "$root/tmp"
      mount --bind "$root" "$root"
      mount --rbind /dev "$root/dev"
      mount --rbind /proc "$root/proc"
      mount -t tmpfs -o mode=1777 none "$root/tmp"
      mount -o remount,bind,ro "$root"
      exec unshare --root="$root" --wd=/app --setgid=1000 --setuid=1000 "$@"
      """;

  @TempDir static Path directory;
  private static UnpackedImage image;

  private record Ended(int code, String output) {}

  @BeforeAll
  static void make() throws Exception {
    assumeTrue(
        new ProcessBuilder("unshare", "--mount", "true").start().waitFor() == 0,
        "SKIPPED CliImageProcessIT: this user can't mount");
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        ImagesMain.run(
            List.of("--base", "local", "--only", "cli", "--out", directory.toString()),
            CHECKOUT,
            new PrintStream(said, true, StandardCharsets.UTF_8));
    assertThat(code).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("dev.local/gnomon-cli:sha256-");
    image = UnpackedImage.of(directory.resolve("gnomon-cli.tar"), directory);
  }

  /// @param words arguments of the container
  private static Ended run(Map<String, String> keys, String... words)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("unshare", "--mount", "sh", "-c", CONTAINED));
    command.add(image.root().toString());
    image.config().get("config").get("Entrypoint").forEach(word -> command.add(word.asText()));
    // Refuses a cache that doesn't fit, where a container would only be slower.
    command.add(command.indexOf("-jar"), "-XX:AOTMode=on");
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv("PATH"));
    image
        .config()
        .get("config")
        .get("Env")
        .forEach(pair -> {
          String[] parts = pair.asText().split("=", 2);
          builder.environment().put(parts[0], parts[1]);
        });
    builder.environment().putAll(keys);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), output);
  }

  private static Ended cellInit(Surroundings surroundings)
      throws IOException, InterruptedException {
    Path catalogue = image.root().resolve("etc/gnomon/gnomon.yaml");
    Files.createDirectories(catalogue.getParent());
    Files.copy(surroundings.catalogueFile(), catalogue, StandardCopyOption.REPLACE_EXISTING);
    return run(surroundings.keys(), "cell", "init", "--config", "/etc/gnomon/gnomon.yaml");
  }

  private static void assertCellsAreMade(Surroundings surroundings) throws Exception {
    Ended first = cellInit(surroundings);
    Ended second = cellInit(surroundings);

    assertThat(first.output()).contains("cell east", "cell west", "it is ready");
    assertThat(first.output()).containsPattern("atomic create +done");
    assertThat(first.code()).as(first.output()).isZero();
    assertThat(second.output()).contains("it was ready; nothing was changed");
    assertThat(second.code()).as(second.output()).isZero();
  }

  @Test
  void theImageHasACacheOfItsOwnAndTheCommandLineAsItsEntryPoint() throws Exception {
    assertThat(image.digests().keySet())
        .containsExactly("base", "java-runtime", "libraries", "application", "aot-cache");
    assertThat(image.config().get("config").get("User").asText()).isEqualTo("65532:65532");
    assertThat(image.config().get("config").path("ExposedPorts")).isEmpty();
    assertThat(image.files().get("application")).contains("/app/gnomon.jar", "/app/sbom.cdx.json");

    Ended version = run(Map.of(), "--version");
    Ended unknown = run(Map.of(), "cell", "destroy");

    assertThat(version.output()).startsWith("gnomon ").doesNotContain("not packaged");
    assertThat(unknown.code()).as(unknown.output()).isEqualTo(2);
  }

  @Test
  void itMakesCellsOnAnS3Server() throws Exception {
    try (Surroundings surroundings =
        Surroundings.start(Files.createDirectory(directory.resolve("surroundings")))) {
      assertCellsAreMade(surroundings);
    }
  }

  @Test
  void itMakesCellsOnARealMinio() throws Exception {
    S3TestServer server = S3TestServer.required("CliImageProcessIT");
    String bucket = "cli-" + UUID.randomUUID();
    try (RedisServer redis = RedisServer.start();
        Surroundings surroundings =
            RealSurroundings.of(
                Files.createDirectory(directory.resolve("real")), server, bucket, redis)) {
      assertCellsAreMade(surroundings);
    }
  }

  @Test
  void aWrongKeyIsSaidAndTheCodeIsNotZero() throws Exception {
    try (Surroundings surroundings =
        Surroundings.start(Files.createDirectory(directory.resolve("locked")))) {
      Surroundings wrong =
          Surroundings.of(
              Files.createDirectory(directory.resolve("wrong")),
              surroundings.store(),
              "nobody",
              "wrong",
              "redis://127.0.0.1:1");

      Ended ended = cellInit(wrong);

      wrong.close();
      assertThat(ended.code()).as(ended.output()).isEqualTo(1);
      assertThat(ended.output()).contains("cell east").doesNotContain("\tat ");
    }
  }
}
