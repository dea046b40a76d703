package dev.gnomon.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCallsTest {
  private static final int NEVER_OPEN = 1_000_000;

  @TempDir Path directory;

  @BeforeEach
  void onlyWithSystemCalls() {
    assumeTrue(FileCalls.available(), "system calls need 64-bit Linux and native access");
  }

  @Test
  void aFaultOfASeekIsNotTakenForAHole() {
    for (int whence : new int[] {FileCalls.SEEK_SET, FileCalls.SEEK_DATA, FileCalls.SEEK_HOLE}) {
      assertThatThrownBy(() -> FileCalls.seek(NEVER_OPEN, 0, whence, "disk.img"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("disk.img")
          .hasMessageContaining("look for holes");
    }
  }

  @Test
  void theEndOfTheDataIsNoFault() throws IOException {
    Path file = Files.writeString(directory.resolve("data"), "data");
    int fd = FileCalls.openFile(file);
    try {
      assertThat(FileCalls.seek(fd, 4, FileCalls.SEEK_DATA, file)).isEqualTo(FileCalls.NO_MORE);
      assertThat(FileCalls.seek(fd, 0, FileCalls.SEEK_HOLE, file)).isEqualTo(4);
    } finally {
      FileCalls.close(fd);
    }
  }
}
