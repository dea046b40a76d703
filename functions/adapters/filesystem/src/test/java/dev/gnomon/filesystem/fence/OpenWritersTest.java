package dev.gnomon.filesystem.fence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What can't be seen is never taken for nobody. (Real processes are in DirectoryFenceTest.)
class OpenWritersTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  @TempDir Path temp;

  @Test
  void missingProcfsIsSaid() {
    OpenWriters writers = new OpenWriters(temp.resolve("absent"), SHORT, SHORT);

    assertThat(writers.remaining(temp, 0)).get().asString().contains("can't be read");
  }

  @Test
  void procfsWithoutProcessesIsSaid() {
    assertThat(new OpenWriters(temp, SHORT, SHORT).remaining(temp, 0))
        .get()
        .asString()
        .contains("shows no processes");
  }

  @Test
  void lookThatTakesTooLongIsSaid() {
    OpenWriters writers = new OpenWriters(Path.of("/proc"), Duration.ZERO, SHORT);

    assertThat(writers.remaining(temp, 0)).get().asString().contains("within 0 ms");
  }

  @Test
  void nobodyWritesInAFreshDirectory() throws Exception {
    Path fresh = Files.createDirectory(temp.resolve("fresh"));

    assertThat(new OpenWriters().remaining(fresh, ownUid())).isEmpty();
  }

  @Test
  void ownProcessDoesNotCount() throws Exception {
    Path fresh = Files.createDirectory(temp.resolve("fresh")).toRealPath();
    try (var open = Files.newOutputStream(fresh.resolve("file"))) {
      open.write(1);
      assertThat(new OpenWriters().remaining(fresh, ownUid())).isEmpty();
    }
  }

  private static int ownUid() throws IOException {
    return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
  }
}
