package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What somebody gets back who has nothing but an old store, the key of an encrypted one, and the
/// command line. What it has to be was not written by Gnomon.
class GoldenStoresCommandTest {
  private static final Path GOLDEN = Path.of("../functions/store/src/test/resources/golden");

  /// As golden/README.md says.
  private static final String ENTRIES = "find . -printf '%y %m %T@ %l %P\\n' | LC_ALL=C sort;";

  private static final String SUMS =
      "find . -type f -print0 | LC_ALL=C sort -z | xargs -0 -r sha256sum";

  @TempDir Path work;

  /// A store that no line below names is not restored by anybody.
  @Test
  void everyGoldenStoreIsLookedAtHere() throws IOException {
    try (Stream<Path> directories = Files.list(GOLDEN)) {
      assertThat(
              directories
                  .filter(Files::isDirectory)
                  .map(directory -> directory.getFileName().toString())
                  .sorted())
          .containsExactly(
              "v1",
              "v2-encrypted",
              "v2-journal",
              "v2-journal-encrypted",
              "v2-lz4",
              "v2-prefix",
              "v2-prefix-encrypted",
              "v2-prefix-journal",
              "v2-prefix-journal-encrypted",
              "v2-sparse",
              "v2-upkeep",
              "v2-upkeep-encrypted",
              "v2-zstd");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "v1, 1",
    "v1, 2",
    "v2-zstd, 1",
    "v2-zstd, 2",
    "v2-lz4, 1",
    "v2-lz4, 2",
    "v2-encrypted, 1",
    "v2-encrypted, 2",
    "v2-sparse, 1"
  })
  void everyPointOfADirectoryIsRestored(String version, int number) throws Exception {
    Path target = work.resolve("restored");

    Shell restored =
        gnomon(version, "restore", "--point", "golden@" + number, "--to", target.toString());

    assertRestored(restored);
    assertThat(said(target, ENTRIES + SUMS)).isEqualTo(expected(version, number));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-journal", "v2-journal-encrypted"})
  void everyPositionOfAJournalIsRestored(String version) throws Exception {
    for (int position = 0; position <= 8; position++) {
      Path target = work.resolve("at-" + position);

      Shell restored =
          gnomon(
              version,
              "journal",
              "restore",
              "golden",
              "--position",
              "" + position,
              "--to",
              target.toString());

      assertThat(restored.code()).as(restored.err()).isZero();
      assertThat(said(target, SUMS))
          .as("position %d", position)
          .isEqualTo(expected(version, position));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"v2-journal", "v2-journal-encrypted"})
  void thePointThatAJournalBeganOnIsRestored(String version) throws Exception {
    Path target = work.resolve("restored");

    assertRestored(gnomon(version, "restore", "--point", "golden@1", "--to", target.toString()));

    assertThat(said(target, SUMS)).isEqualTo(expected(version, 0));
  }

  @ParameterizedTest
  @CsvSource({"v2-upkeep, 3", "v2-upkeep, 5", "v2-upkeep-encrypted, 3", "v2-upkeep-encrypted, 5"})
  void pointsBesideMarksAndCollectionsAreRestored(String version, int number) throws Exception {
    Path target = work.resolve("restored");

    assertRestored(
        gnomon(version, "restore", "--point", "golden@" + number, "--to", target.toString()));

    assertThat(said(target, SUMS)).isEqualTo(expected(version, number));
    assertThat(gnomon(version, "points", "list", "golden").out()).contains("release", "audit of");
    assertThat(gnomon(version, "store", "check").code()).isZero();
  }

  /// Its content lies in a bucket that is not there: what was written is all that can be told.
  @ParameterizedTest
  @ValueSource(strings = {"v2-prefix-journal", "v2-prefix-journal-encrypted"})
  void theJournalOfAPrefixIsListed(String version) throws Exception {
    Shell listed = gnomon(version, "journal", "list", "golden", "--json");

    assertThat(listed.code()).as(listed.err()).isZero();
    assertThat(listed.json().findValuesAsText("position"))
        .containsExactly("1", "2", "3", "4", "5", "6", "7", "8");
    assertThat(gnomon(version, "store", "check").code()).isZero();
  }

  /// Without a bucket, an archive is what a point of a prefix can be brought back to.
  @ParameterizedTest
  @CsvSource({"v2-prefix, 1", "v2-prefix, 2", "v2-prefix-encrypted, 1", "v2-prefix-encrypted, 2"})
  void everyPointOfAPrefixIsExported(String version, int number) throws Exception {
    Path archive = work.resolve("archive.tar");

    Shell exported =
        gnomon(version, "points", "export", "golden@" + number, "--to", archive.toString());

    assertThat(exported.code()).as(exported.err()).isZero();
    String members =
        said(
            work,
            "LC_ALL=C.UTF-8 tar --warning=no-unknown-keyword -xf archive.tar --to-command='printf \"%s\\t%s\\n\" \"$TAR_FILENAME\""
                + " \"$(sha256sum | cut -c 1-64)\"'");
    assertThat(
            members
                .lines()
                .map(line -> line.replaceFirst("^\\./", "").replaceFirst("/_\t", "/\t"))
                .sorted()
                .toList())
        .isEqualTo(
            expected(version, number)
                .lines()
                .map(line -> line.replaceFirst("^([^\t]*\t[^\t]*)\t.*", "$1"))
                .sorted()
                .toList());
  }

  /// Whoever is not root is told that owners can't be set, and gets everything else.
  private void assertRestored(Shell restored) throws IOException {
    if (Files.getAttribute(work, "unix:uid").equals(0)) {
      assertThat(restored.code()).as(restored.err()).isZero();
    } else {
      assertThat(restored.err()).contains("owner");
    }
  }

  /// Runs a command on a copy of a golden store: a store is worked on.
  private Shell gnomon(String version, String... words) throws IOException {
    Path copy = work.resolve("golden");
    Path golden = GOLDEN.resolve(version);
    try (Stream<Path> files = Files.walk(golden)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path to = copy.resolve(golden.relativize(file));
        Files.createDirectories(to.getParent());
        if (Files.notExists(to)) {
          Files.copy(file, to);
        }
      }
    }
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(List.of("--store", "file:" + copy));
    Path key = copy.resolve("key.hex");
    if (Files.exists(key)) {
      Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
      all.addAll(List.of("--key", "file:" + key));
    }
    return Shell.run(all.toArray(String[]::new));
  }

  /// Bytes as characters: names are of any bytes.
  private static String expected(String version, int number) throws IOException {
    return Files.readString(
        GOLDEN.resolve(version).resolve("golden-" + number + ".txt"), StandardCharsets.ISO_8859_1);
  }

  private static String said(Path directory, String script) throws Exception {
    Process process =
        new ProcessBuilder("/bin/sh", "-c", script)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
