package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.gnomon.images.ImageBuild.Base;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// An image made as users make it, on a base of this machine, taken apart again and started.
class ImageProcessIT {
  private static final Path CHECKOUT = Path.of("..").toAbsolutePath().normalize();

  @TempDir Path directory;

  private RunningDeployable start(
      UnpackedImage image, Surroundings surroundings, String name, String... options)
      throws IOException {
    return RunningDeployable.start(
        image.command(options),
        image.root().resolve("app"),
        surroundings.environment(Deployable.ROUTE),
        directory.resolve(name));
  }

  @Test
  void anImageRunsOnTheRuntimeAndTheCacheThatItCarries() throws Exception {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    int code =
        ImagesMain.run(
            List.of("--base", "local", "--only", "route", "--out", directory.toString()),
            CHECKOUT,
            new PrintStream(said, true, StandardCharsets.UTF_8));
    assertThat(code).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8)).startsWith("dev.local/gnomon-route:sha256-");

    UnpackedImage image = UnpackedImage.of(directory.resolve("gnomon-route.tar"), directory);
    assertThat(image.digests().keySet())
        .containsExactly(
            "base", "java-runtime", "libraries", "application", "quarkus-bytecode", "aot-cache");
    assertThat(image.files().get("aot-cache")).containsExactly("/app/app.aot");
    assertThat(image.config().get("config").get("User").asText()).isEqualTo("65532:65532");
    assertThat(image.config().get("architecture").asText())
        .isEqualTo(JavaRuntime.platform().getArchitecture());
    assertThat(image.files().get("application")).contains("/app/sbom.cdx.json");
    assertEveryLibraryIsListed(image);

    try (Surroundings surroundings =
        Surroundings.start(Files.createDirectory(directory.resolve("surroundings")))) {
      Trainer.firstRoutes(CHECKOUT, surroundings, directory.resolve("first.log"));
      Path loaded = directory.resolve("loaded.log");
      try (RunningDeployable route =
          start(
              image,
              surroundings,
              "on.log",
              "-XX:AOTMode=on",
              "-Xlog:class+load:file=" + loaded + ":none")) {
        new Caller(route.address()).first(Deployable.ROUTE);
        assertWhatTheFirstAnswerNeedsIsInTheCache(Files.readAllLines(loaded));
      }
      // The check of the check: a cache that doesn't fit is refused by that mode.
      Path jar = image.root().resolve("app/quarkus/generated-bytecode.jar");
      Files.setLastModifiedTime(jar, FileTime.fromMillis(2_000));
      try (RunningDeployable refused = start(image, surroundings, "no.log", "-XX:AOTMode=on")) {
        assertThat(catchThrowable(refused::address)).hasMessageContaining("ended with 1");
      }
    }
  }

  private int make(ByteArrayOutputStream said, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("--base", "local", "--only", "route", "--no-cache", "--out"));
    words.add(directory.toString());
    words.addAll(List.of(more));
    return ImagesMain.run(words, CHECKOUT, new PrintStream(said, true, StandardCharsets.UTF_8));
  }

  @Test
  void whatDidNotChangeIsNotMadeAgain() throws Exception {
    Path tar = directory.resolve("gnomon-route.tar");
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    ByteArrayOutputStream second = new ByteArrayOutputStream();

    assertThat(make(first)).isZero();
    Files.setLastModifiedTime(tar, FileTime.fromMillis(0));
    assertThat(make(second)).isZero();

    assertThat(second.toString(StandardCharsets.UTF_8))
        .isEqualTo(first.toString(StandardCharsets.UTF_8));
    assertThat(Files.getLastModifiedTime(tar)).isEqualTo(FileTime.fromMillis(0));

    assertThat(make(second, "--anew")).isZero();
    assertThat(Files.getLastModifiedTime(tar)).isNotEqualTo(FileTime.fromMillis(0));

    Files.write(tar, new byte[] {1}, StandardOpenOption.APPEND);
    assertThat(make(second)).isZero();
    assertThat(UnpackedImage.of(tar, directory).files().get("application")).isNotEmpty();
    assertThat(Files.size(tar) % 512).isZero();
  }

  /// What would be read from the libraries, or not be needed at all, is the time of a cold start.
  private static void assertWhatTheFirstAnswerNeedsIsInTheCache(List<String> loaded) {
    assertThat(loaded).hasSizeGreaterThan(3_000);
    assertThat(loaded.stream().filter(line -> line.contains("source: file:")))
        .as("read from the libraries")
        .hasSizeLessThan(50);
    assertThat(loaded)
        .as("a security provider, recordings and blocking commands that nobody asks for")
        .noneMatch(line -> line.startsWith("org.bouncycastle.jce"))
        .noneMatch(line -> line.startsWith("jdk.jfr.internal.MetadataRepository "))
        .noneMatch(line -> line.startsWith("io.lettuce.core.FutureSyncInvocationHandler "));
  }

  private static void assertEveryLibraryIsListed(UnpackedImage image) throws IOException {
    JsonNode bom = new ObjectMapper().readTree(image.root().resolve("app/sbom.cdx.json").toFile());
    List<String> listed = new ArrayList<>();
    for (JsonNode component : bom.get("components")) {
      if (component.get("type").asText().equals("library")) {
        listed.add(component.get("name").asText() + "-" + component.get("version").asText());
      }
    }
    assertThat(listed)
        .hasSize(
            (int)
                image.files().values().stream()
                    .flatMap(List::stream)
                    .filter(file -> file.startsWith("/app/lib/") && file.endsWith(".jar"))
                    .count())
        .contains("minio-9.0.4");
    assertThat(bom.at("/metadata/component/version").asText()).isNotEmpty();
    assertThat(bom.get("components"))
        .filteredOn(one -> one.get("type").asText().equals("application"))
        .singleElement()
        .satisfies(own -> {
          assertThat(own.get("name").asText()).startsWith("gnomon-route-");
          assertThat(own.at("/hashes/0/content").asText()).hasSize(64);
        });
  }

  @Test
  void equalContentMakesEqualLayers() throws Exception {
    Path runtime = Files.createDirectories(directory.resolve("runtime/bin"));
    Files.writeString(runtime.resolve("java"), "java");
    Files.writeString(directory.resolve("runtime/release"), "JAVA_VERSION=\"25\"\n");
    Path scratch = Files.createDirectory(directory.resolve("base"));
    Base base = new Base.Tar(LocalBase.make(scratch, List.of(), directory.resolve("base.tar")));
    List<UnpackedImage> images = new ArrayList<>();
    for (int time = 0; time < 2; time++) {
      Path work = Files.createDirectory(directory.resolve("work" + time));
      try (Trainer trainer = new Trainer(CHECKOUT, directory.resolve("runtime"), work)) {
        Path tar = work.resolve("image.tar");
        new ImageBuild(work.resolve("cache"))
            .toTar(base, trainer.plain(Deployable.ROUTE), "route:" + time, tar);
        images.add(UnpackedImage.of(tar, work));
      }
    }
    assertThat(images.get(1).digests()).isEqualTo(images.get(0).digests());
  }
}
