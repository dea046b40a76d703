package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.catalogue.Cell;
import dev.gnomon.core.catalogue.StoreSpec;
import dev.gnomon.core.cells.Finding;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CellInitCommandTest {
  @TempDir Path directory;
  private Path config;

  @BeforeEach
  void declare() throws IOException {
    config = directory.resolve("gnomon.yaml");
    Files.createDirectories(directory.resolve("site"));
    Files.writeString(
        config,
        """
        cells:
          - name: east
            store: { url: "file:DIR/stores/east" }
          - name: west
            store: { url: "file:DIR/stores/west" }
        resources:
          - name: site
            kind: directory
            cell: east
            location: DIR/site
            shadow: { cell: west, type: differential, every: 15m }
            rollback: restore
        """
            .replace("DIR", directory.toString()));
  }

  private Shell run(String... more) {
    List<String> words =
        new java.util.ArrayList<>(List.of("cell", "init", "--config", config.toString()));
    words.addAll(List.of(more));
    return Shell.run(words.toArray(String[]::new));
  }

  @Test
  void makesEveryCellAndASecondRunChangesNothing() throws IOException {
    assertThat(run("--dry-run").out()).contains("would be made", "nothing was changed");
    assertThat(directory.resolve("stores")).doesNotExist();

    Shell first = run();
    Shell second = run();

    assertThat(first.code()).isZero();
    assertThat(first.out())
        .contains("cell east: directory", "cell west: directory", "it is ready")
        .containsPattern("atomic create +done +8 races of 8 writers")
        .containsPattern("lifecycle +not offered");
    assertThat(second.out()).contains("it was ready; nothing was changed");
    JsonNode json = Json.MAPPER.readTree(run("--cell", "west", "--json").out());
    assertThat(json).hasSize(1);
    assertThat(json.get(0).path("usable").asBoolean()).isTrue();
    assertThat(json.get(0).path("changed").asBoolean()).isFalse();
  }

  @Test
  void aCellThatCantBeOneIsSaidAndTheOthersAreMadeAllTheSame() throws IOException {
    Files.createDirectories(directory.resolve("stores"));
    Files.writeString(directory.resolve("stores/east"), "a file");

    Shell shell = run();

    assertThat(shell.code()).isEqualTo(Failure.FAILED);
    assertThat(shell.out()).contains("is no directory", "it can't be used", "it is ready");
  }

  @Test
  void anUnknownCellIsNamed() {
    Shell shell = run("--cell", "north");

    assertThat(shell.code()).isEqualTo(Failure.FAILED);
    assertThat(shell.err()).contains("unknown cell 'north'", "east, west");
  }

  @Test
  void policiesAreThoseOfTheDocsForTheBucketOfTheCell() throws IOException {
    Cell cell =
        new Cell(
            new CellName("east"),
            Optional.of(
                new StoreSpec(
                    URI.create("s3+https://s3.example.com/shadows/gnomon"),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty())));
    Path into = directory.resolve("policies");
    try (CellAddress address =
        CellAddress.of(cell, directory, name -> Optional.of("a-key-" + name))) {
      assertThat(address.policies(into, true).orElseThrow().state()).isEqualTo(Finding.State.WOULD);
      assertThat(into).doesNotExist();

      Finding written = address.policies(into, false).orElseThrow();

      assertThat(written.state()).isEqualTo(Finding.State.DONE);
      assertThat(address.policies(into, false).orElseThrow().state()).isEqualTo(Finding.State.SAME);

      Files.writeString(into.resolve("east/reader.json"), "{}");
      assertThat(address.policies(into, false).orElseThrow().state()).isEqualTo(Finding.State.LEFT);
      assertThat(into.resolve("east/reader.json")).hasContent("{}");
    }
    try (var files = Files.list(into.resolve("east"))) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".json", "")))
          .containsExactlyInAnyOrderElementsOf(CellAddress.ROLES);
    }
    try (var documented = Files.list(Path.of("../docs/policies"))) {
      assertThat(documented).hasSize(CellAddress.ROLES.size());
    }
    assertThat(Files.readString(into.resolve("east/writer.json")))
        .contains("arn:aws:s3:::shadows\"", "arn:aws:s3:::shadows/gnomon/store/", "\"gnomon/*\"")
        .doesNotContain("BUCKET")
        .doesNotContain("PREFIX");
  }

  @Test
  void missingCredentialsAreNamed() {
    Cell cell =
        new Cell(
            new CellName("east"),
            Optional.of(
                new StoreSpec(
                    URI.create("s3+https://s3.example.com/shadows"),
                    Optional.empty(),
                    Optional.of("EAST_KEY"),
                    Optional.of("EAST_SECRET"))));

    assertThatThrownBy(() -> CellAddress.of(cell, directory, name -> Optional.empty()))
        .hasMessageContaining("EAST_KEY");
  }
}
