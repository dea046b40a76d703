package dev.gnomon.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MadeTarTest {
  @TempDir Path directory;
  private Path tar;

  @BeforeEach
  void put() throws IOException {
    tar = directory.resolve("image.tar");
    Path finished = Files.writeString(directory.resolve("finished"), "layers");
    MadeTar.put(finished, tar, "these parts", "sha256:1");
  }

  @Test
  void aTarThatWasMadeOfTheSameIsKnown() throws Exception {
    assertThat(tar).hasContent("layers");
    assertThat(MadeTar.digest(tar, "these parts")).contains("sha256:1");
  }

  @Test
  void anotherOneIsNot() throws Exception {
    assertThat(MadeTar.digest(tar, "other parts")).isEmpty();
    assertThat(MadeTar.digest(directory.resolve("other.tar"), "these parts")).isEmpty();
  }

  @Test
  void neitherIsOneWhoseContentChanged() throws Exception {
    Files.writeString(tar, "layer");

    assertThat(MadeTar.digest(tar, "these parts")).isEmpty();
  }

  @Test
  void neitherIsOneWhoseRecordWasCutShort() throws Exception {
    Path record = directory.resolve("image.tar.made.json");
    String whole = Files.readString(record);
    for (String found : new String[] {"", "null", "{}", "[]", whole.substring(0, 20)}) {
      Files.writeString(record, found);

      assertThat(MadeTar.digest(tar, "these parts")).as(found).isEmpty();
    }
    Files.delete(record);
    assertThat(MadeTar.digest(tar, "these parts")).isEmpty();
  }

  @Test
  void aKillBetweenTarAndRecordMakesItAnew() throws Exception {
    Files.writeString(tar, "newer layers"); // with the record of the older

    assertThat(MadeTar.digest(tar, "these parts")).isEmpty();
  }
}
