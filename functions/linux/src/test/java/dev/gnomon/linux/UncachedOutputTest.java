package dev.gnomon.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UncachedOutputTest {
  private static final int BUFFER_BYTES = 512 << 10;

  @TempDir Path directory;

  @BeforeEach
  void needsLinux() {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
  }

  @ParameterizedTest
  @ValueSource(
      ints = {
        0,
        1,
        4095,
        4096,
        4097,
        BUFFER_BYTES - 1,
        BUFFER_BYTES,
        BUFFER_BYTES + 1,
        BUFFER_BYTES + 4096,
        3 * BUFFER_BYTES + 12_345
      })
  void whatIsWrittenInAnyPiecesIsInTheFile(int length) throws IOException {
    byte[] content = random(length);
    Random pieces = new Random(length);
    Path path = directory.resolve("file");
    int file = made(path);
    try (UncachedOutput output = new UncachedOutput(file, path.toString())) {
      int at = 0;
      while (at < length) {
        int size = Math.min(length - at, 1 + pieces.nextInt(200_000));
        output.write(content, at, size);
        at += size;
      }
      output.finish();
      assertThat(output.uncachedBytes()).isIn(0L, length - length % 4096L);
    } finally {
      Descriptors.close(file);
    }
    assertThat(path).hasBinaryContent(content);
  }

  @Test
  void aFileThatIsNotAtABlocksBeginIsWrittenThroughTheCache() throws IOException {
    byte[] content = random(BUFFER_BYTES + 100);
    Path path = directory.resolve("file");
    int file = made(path);
    try (UncachedOutput output = new UncachedOutput(file, path.toString())) {
      FileContent.position(file, 10, path);
      output.write(content, 0, content.length);
      output.finish();
      assertThat(output.uncachedBytes()).isZero();
    } finally {
      Descriptors.close(file);
    }
    byte[] found = Files.readAllBytes(path);
    assertThat(found).hasSize(10 + content.length).endsWith(content);
  }

  @Test
  void memoryIsUsedAgainAndHoldsNothingOfTheFileBefore() throws IOException {
    for (int i = 0; i < 20; i++) {
      byte[] content = random(i * 5000);
      Path path = directory.resolve("file" + i);
      int file = made(path);
      try (UncachedOutput output = new UncachedOutput(file, path.toString())) {
        output.write(content, 0, content.length);
        output.finish();
      } finally {
        Descriptors.close(file);
      }
      assertThat(path).hasBinaryContent(content);
    }
  }

  @Test
  void aFaultNamesTheFile() throws IOException {
    Path path = Files.createFile(directory.resolve("file"));
    String raw = RawName.ofAbsolute(path);
    int file = Descriptors.openToRead(Descriptors.HERE, raw, raw);
    try (UncachedOutput output = new UncachedOutput(file, raw)) {
      output.write(new byte[10], 0, 10);
      assertThatThrownBy(output::finish).isInstanceOf(CallFailed.class).hasMessageContaining(raw);
    } finally {
      Descriptors.close(file);
    }
  }

  private static int made(Path path) throws IOException {
    String raw = RawName.ofAbsolute(path);
    return Descriptors.create(Descriptors.HERE, raw, raw);
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }
}
