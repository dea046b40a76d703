package dev.gnomon.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.FileContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
    List<ThrowingCallable> seeks =
        List.of(
            () -> FileCalls.position(NEVER_OPEN, 0, "disk.img"),
            () -> FileCalls.data(NEVER_OPEN, 0, "disk.img"),
            () -> FileCalls.hole(NEVER_OPEN, 0, "disk.img"));
    for (ThrowingCallable seek : seeks) {
      assertThatThrownBy(seek)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("disk.img")
          .hasMessageContaining("look for holes");
    }
  }

  @Test
  void theEndOfTheDataIsNoFault() throws IOException {
    Path file = Files.writeString(directory.resolve("data"), "data");
    int fd = Descriptors.openToRead(Descriptors.HERE, file.toString(), file.toString());
    try {
      assertThat(FileCalls.data(fd, 4, file)).isEqualTo(FileContent.NO_MORE);
      assertThat(FileCalls.hole(fd, 0, file)).isEqualTo(4);
    } finally {
      Descriptors.close(fd);
    }
  }
}
