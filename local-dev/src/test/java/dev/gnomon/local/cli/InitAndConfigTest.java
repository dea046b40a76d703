package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitAndConfigTest {
  @TempDir Path work;

  @Test
  void initWritesACatalogueThatValidatesAndAPrivateDataDirectory() throws IOException {
    Path directory = work.resolve("new/place");

    Shell init = Shell.run("init", directory.toString());
    Shell validate = Shell.run("config", "validate", "--config", directory + "/gnomon.yaml");

    assertThat(init.code()).isZero();
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("data"))))
        .isEqualTo("rwx------");
    assertThat(Files.readString(directory.resolve("gnomon.yaml"))).contains("# ");
    assertThat(validate.code()).isZero();
    assertThat(validate.out()).contains("is valid: 2 cells, 0 resources");
  }

  @Test
  void theExampleInTheCatalogueValidatesWhenItIsUncommented() throws IOException {
    Shell.run("init", work.toString());
    Path file = work.resolve("gnomon.yaml");
    Files.writeString(file, uncommented().replace("/srv/site", work + "/site"));

    Shell validate = Shell.run("config", "validate", "--config", file.toString());

    assertThat(validate.out()).contains("1 resource");
    assertThat(validate.code()).isZero();
  }

  @Test
  void everyOptionalKeyOfTheExampleIsAKeyThatExists() throws IOException {
    String full =
        uncommented()
            .replaceAll("(?m)^# (control|clockTolerance|notifications|telemetry):", "$1:")
            .replaceAll("(?m)^#   (rules|sources|tokens):", "  $1:")
            .replaceAll("(?m)^#     - \\{ name:", "    - { name:")
            .replaceAll("(?m)^#   - webhook: https://hooks", "  - webhook: https://hooks")
            .replaceAll("(?m)^#   - \\{ (slack|pagerduty|generic|cloudEvent):", "  - { $1:")
            .replaceAll(
                "(?m)^    # (dependsOn|keep|hooks|onChange|checks|onFail|onHeartbeatLost|limits|writer|actuators):",
                "    $1:")
            .replaceAll("(?m)^    #   - (command|webhook|\\{)", "      - $1")
            .replaceAll("(?m)^    #     (timeout|tokenEnv)", "        $1")
            .replaceFirst("(?m)^    actuators: *\\n", "");
    Path file =
        Files.writeString(
            work.resolve("gnomon.yaml"),
            full.replace("/srv/site", work + "/site")
                .replaceFirst("(?m)^    #   - symlink.*\\n", ""));

    Shell validate = Shell.run("config", "validate", "--config", file.toString());

    assertThat(full)
        .contains("\n    dependsOn:")
        .contains("\n    writer:")
        .contains("\n      - webhook:")
        .contains("\n  - { slack:")
        .contains("\n  sources:\n    - { name:")
        .contains("\n  - { cloudEvent:");
    assertThat(validate.out()).contains("is valid");
  }

  @Test
  void initOverwritesNothing() throws IOException {
    Files.writeString(work.resolve("gnomon.yaml"), "mine");

    Shell shell = Shell.run("init", work.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).contains("gnomon.yaml is there already; nothing was changed");
    assertThat(work.resolve("gnomon.yaml")).hasContent("mine");
    assertThat(work.resolve("data")).doesNotExist();
  }

  @Test
  void initTakesTheDataDirectoryThatItIsGiven() throws IOException {
    Shell shell = Shell.run("init", work.toString(), "--data", work + "/elsewhere", "--json");

    assertThat(shell.json().path("data").asText()).isEqualTo(work + "/elsewhere");
    assertThat(work.resolve("elsewhere")).isDirectory();
    assertThat(work.resolve("data")).doesNotExist();
  }

  @Test
  void mistakesAreAllShownWithTheirLines() throws IOException {
    Path file =
        Files.writeString(
            work.resolve("gnomon.yaml"), "cells:\n  - name: East\n  - nmae: west\nresorces: []\n");

    Shell text = Shell.run("config", "validate", "--config", file.toString());
    Shell json = Shell.run("config", "validate", "--json", "--config", file.toString());

    assertThat(text.code()).isEqualTo(1);
    assertThat(text.out())
        .contains(file + ":2:11: error: cells[0].name: expected a name")
        .contains(file + ":3:5: error: cells[1].nmae: unknown key")
        .contains(file + ":4:1: error: resorces: unknown key")
        .contains("mistakes");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.json().path("valid").asBoolean(true)).isFalse();
    assertThat(json.json().path("errors").get(0).path("line").asInt()).isEqualTo(2);
    assertThat(json.err()).isEmpty();
  }

  @Test
  void aMissingCatalogueIsSaid() {
    Shell shell = Shell.run("config", "validate", "--config", work + "/none.yaml");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.out()).contains("there is no such file");
  }

  @Test
  void theSchemaIsPrinted() throws IOException {
    assertThat(Shell.run("config", "schema").json().path("$schema").asText())
        .isEqualTo("https://json-schema.org/draft/2020-12/schema");
  }

  @Test
  void upStartsTheStackWithACheckedCatalogue() throws IOException {
    Shell.run("init", work.toString());
    AtomicReference<StackStarter.Request> started = new AtomicReference<>();

    Shell shell =
        Shell.run(
            request -> {
              started.set(request);
              return 0;
            },
            false,
            "up",
            "--config",
            work + "/gnomon.yaml",
            "--port",
            "8123");

    assertThat(shell.code()).isZero();
    assertThat(started.get().data()).isEqualTo(work.resolve("data"));
    assertThat(started.get().port()).hasValue(8123);
    assertThat(started.get().catalogue().cells()).hasSize(2);
  }

  @Test
  void upDoesNotStartWithMistakes() throws IOException {
    Path file = Files.writeString(work.resolve("gnomon.yaml"), "cells: []\nx: 1\n");

    Shell shell =
        Shell.run(
            request -> {
              throw new AssertionError("started");
            },
            false,
            "up",
            "--config",
            file.toString());

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err())
        .contains(":1:8: error: cells")
        .contains(":2:1: error: x")
        .contains("has 2 mistakes");
  }

  @Test
  void aStarterThatFailsIsOneSentence() throws IOException {
    Shell.run("init", work.toString());

    Shell shell =
        Shell.run(
            request -> {
              throw Failure.failed("port 80 is taken");
            },
            false,
            "up",
            "--config",
            work + "/gnomon.yaml");

    assertThat(shell.code()).isEqualTo(1);
    assertThat(shell.err()).endsWith("gnomon: port 80 is taken\n");
  }

  /// The template with the comment signs before its resources taken away.
  private static String uncommented() {
    String template = InitCommand.template();
    int resources = template.indexOf("\nresources:");
    return template.substring(0, resources)
        + template.substring(resources).replaceAll("(?m)^#(  .*)$", "$1");
  }
}
