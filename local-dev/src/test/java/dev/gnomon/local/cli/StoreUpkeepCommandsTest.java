package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `store check`, `store repair` and `store collect`.
class StoreUpkeepCommandsTest {
  @TempDir Path work;
  private String store;
  private String other;

  @BeforeEach
  void shadowTwice() throws IOException {
    Path site = Files.createDirectories(work.resolve("site"));
    Files.writeString(site.resolve("index.html"), "hello");
    Files.writeString(site.resolve("ü.txt"), "world");
    store = "file:" + work.resolve("east");
    other = "file:" + work.resolve("west");
    for (String each : new String[] {store, other}) {
      assertThat(Shell.run("shadow", "--store", each, "--path", site.toString()).code()).isZero();
    }
  }

  @Test
  void aWholeStoreIsClean() throws IOException {
    Shell check = Shell.run("store", "check", "--store", store, "--read-data");
    assertThat(check.code()).isZero();
    assertThat(check.out()).contains("no damage found").contains("all packs");
    Shell json = Shell.run("store", "check", "--store", store, "--read-data=10", "--json");
    assertThat(json.code()).isZero();
    assertThat(json.json().path("clean").asBoolean()).isTrue();
    assertThat(json.json().path("sample").asText()).startsWith("slices ");
  }

  @Test
  void damageIsNamedWithThePointAndRepairedFromTheOtherStore() throws IOException {
    Files.delete(biggestPack());

    Shell check = Shell.run("store", "check", "--store", store);
    assertThat(check.code()).isEqualTo(1);
    assertThat(check.out()).contains("missing store/packs/").contains("point site@1 is hurt");
    Shell dry = Shell.run("store", "repair", "--store", store, "--from", other, "--dry-run");
    assertThat(dry.code()).isEqualTo(1);
    assertThat(dry.out()).contains("would fetch").contains(other);

    Shell repair = Shell.run("store", "repair", "--store", store, "--from", other, "--json");
    assertThat(repair.code()).isZero();
    assertThat(repair.json().path("fetched").asInt()).isPositive();
    assertThat(repair.json().path("left").path("clean").asBoolean()).isTrue();
    assertThat(Shell.run("store", "check", "--store", store, "--read-data").code()).isZero();
    Path target = work.resolve("restored");
    Shell.run("restore", "--store", store, "--point", "site@1", "--to", target.toString());
    assertThat(target.resolve("ü.txt")).hasContent("world");
  }

  @Test
  void withoutAnotherStoreTheLossIsNamed() throws IOException {
    Files.delete(biggestPack());
    Shell repair = Shell.run("store", "repair", "--store", store);
    assertThat(repair.code()).isEqualTo(1);
    assertThat(repair.out()).contains("point site@1 is hurt");
  }

  @Test
  void aCollectionSaysWhatItWouldDoAndWhen() throws IOException {
    Shell dry = Shell.run("store", "collect", "--store", store, "--dry-run");
    assertThat(dry.code()).isZero();
    assertThat(dry.out()).contains("deleted: would be 0 packs").contains("condemned: would be 0");
    Shell json = Shell.run("store", "collect", "--store", store, "--json");
    assertThat(json.code()).isZero();
    assertThat(json.json().path("done").path("deleted").asInt()).isZero();
    assertThat(json.json().path("packs").asInt()).isPositive();
  }

  @Test
  void aCellOfTheCatalogueIsAStoreToo() throws IOException {
    Files.createDirectories(work.resolve("data/cells"));
    for (String cell : List.of("east", "west")) {
      Files.move(work.resolve(cell), work.resolve("data/cells").resolve(cell));
    }
    String config = TwoCells.catalogue(work, "site", "");
    Files.delete(biggestPack());

    assertThat(Shell.run("store", "check", "--cell", "east", "--config", config).out())
        .contains("point site@1 is hurt");
    Shell repair =
        Shell.run("store", "repair", "--cell", "east", "--from-cell", "west", "--config", config);
    assertThat(repair.code()).as(repair.err()).isZero();
    assertThat(Shell.run("store", "check", "--cell", "east", "--config", config).code()).isZero();
    assertThat(
            Shell.run("store", "collect", "--cell", "east", "--dry-run", "--config", config).code())
        .isZero();
    assertThat(Shell.run("store", "check", "--cell", "north", "--config", config).err())
        .contains("unknown cell 'north'", "east, west");
    assertThat(Shell.run("store", "check", "--cell", "east", "--store", store).code()).isEqualTo(2);
    assertThat(Shell.run("store", "check").err()).contains("--store URL", "--cell NAME");
  }

  @Test
  void aShareThatIsNoneIsWrongUse() {
    Shell check = Shell.run("store", "check", "--store", store, "--read-data=101");
    assertThat(check.code()).isEqualTo(2);
    assertThat(Shell.run("store", "check", "--store", "file:" + work.resolve("none")).code())
        .isEqualTo(1);
  }

  private Path biggestPack() throws IOException {
    try (Stream<Path> files = Files.walk(work)) {
      return files
          .filter(file -> file.toString().contains("/east/") && file.toString().contains("/packs/"))
          .filter(Files::isRegularFile)
          .max(Comparator.comparingLong(file -> file.toFile().length()))
          .orElseThrow();
    }
  }
}
