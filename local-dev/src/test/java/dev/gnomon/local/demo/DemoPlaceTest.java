package dev.gnomon.local.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.local.cli.Failure;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoPlaceTest {
  @TempDir Path temporary;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private final PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);

  @Test
  void whatAKilledDemoLeftIsRemovedByTheNextOne() throws Exception {
    Path orphan = orphan("gnomon-demo-1");
    Files.createDirectories(orphan.resolve("east/site"));
    Files.writeString(orphan.resolve("east/site/file"), "x");

    try (DemoPlace place = DemoPlace.temporary(temporary, false, err)) {
      assertThat(orphan).doesNotExist();
      assertThat(place.path()).isDirectory();
    }

    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("removed what a killed demo had left: " + orphan);
    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void aDirectoryThatWasKeptOrIsNoDemosStays() throws Exception {
    Path other = Files.createDirectory(temporary.resolve("gnomon-demo-other"));
    Path link = temporary.resolve("gnomon-demo-link");
    Files.createSymbolicLink(link, orphan("elsewhere"));
    Path kept;
    try (DemoPlace place = DemoPlace.temporary(temporary, true, err)) {
      kept = place.path();
    }

    DemoPlace.temporary(temporary, false, err).close();

    assertThat(kept).isDirectory();
    assertThat(other).isDirectory();
    assertThat(link).exists();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("everything is left in " + kept);
  }

  @Test
  void aGivenDirectoryMustBeEmpty() throws Exception {
    Files.writeString(temporary.resolve("mine"), "precious");

    assertThatThrownBy(() -> DemoPlace.at(temporary, false, err))
        .isInstanceOfSatisfying(
            Failure.class, e -> assertThat(e.exitCode()).isEqualTo(Failure.WRONG_USE));
    assertThat(temporary.resolve("mine")).exists();
  }

  private Path orphan(String name) throws Exception {
    Path directory = Files.createDirectory(temporary.resolve(name));
    Files.createFile(directory.resolve(".owned"));
    return directory;
  }
}
