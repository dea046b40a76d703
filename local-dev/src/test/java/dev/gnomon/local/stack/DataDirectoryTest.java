package dev.gnomon.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.CellName;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path directory;

  private static String mode(Path file) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void aDirectoryBelongsToOneStackAtATime() {
    Path data = directory.resolve("data");
    try (DataDirectory first = DataDirectory.open(data)) {
      assertThat(first.path()).isEqualTo(data);
      assertThatThrownBy(() -> DataDirectory.open(data))
          .isInstanceOf(StackException.class)
          .hasMessageContaining("a stack runs on '" + data + "' already")
          .hasMessageContaining(Long.toString(ProcessHandle.current().pid()));
    }
    DataDirectory.open(data).close();
  }

  @Test
  void addressesAreForTheOwnerAndGoWhenTheStackStops() throws IOException {
    Path data = directory.resolve("data");
    Path file = data.resolve("gnomon.json");
    try (DataDirectory opened = DataDirectory.open(data)) {
      URI base = URI.create("http://127.0.0.1:1");
      opened.writeAddresses(new Addresses(1, base, base, Map.of(), "redis://", "west"));
      assertThat(mode(file)).isEqualTo("rw-------");
      assertThat(mode(data)).isEqualTo("rwx------");
      assertThat(Files.readString(file)).contains("\"control\" : \"west\"");
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void addressesOfAKilledStackGoAtTheNextStart() throws IOException {
    Path data = Files.createDirectories(directory.resolve("data"));
    Files.writeString(data.resolve("gnomon.json"), "{}");
    DataDirectory opened = DataDirectory.open(data);
    assertThat(data.resolve("gnomon.json")).doesNotExist();
    opened.close();
  }

  @Test
  void aFileInPlaceOfTheDirectoryIsNamed() throws IOException {
    Path file = Files.createFile(directory.resolve("file"));
    assertThatThrownBy(() -> DataDirectory.open(file))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(file.toString());
  }

  @Test
  void credentialsAreMadeOnceAndStay() throws IOException {
    Path file = directory.resolve("credentials.json");
    CellName east = new CellName("east");
    CellName west = new CellName("west");
    Credentials first = Credentials.load(file, List.of(east));
    Credentials second = Credentials.load(file, List.of(east, west));
    assertThat(mode(file)).isEqualTo("rw-------");
    assertThat(second.redisPassword()).isEqualTo(first.redisPassword()).hasSize(40);
    assertThat(second.cells().get("east")).isEqualTo(first.cells().get("east"));
    assertThat(second.cells().get("west")).isNotEqualTo(second.cells().get("east"));
    assertThat(first.toString()).doesNotContain(first.redisPassword());
  }

  @Test
  void damagedCredentialsAreNamedAndNotReplaced() throws IOException {
    Path file = Files.writeString(directory.resolve("credentials.json"), "{broken");
    assertThatThrownBy(() -> Credentials.load(file, List.of()))
        .isInstanceOf(StackException.class)
        .hasMessageContaining(file.toString());
    assertThat(Files.readString(file)).isEqualTo("{broken");
  }
}
