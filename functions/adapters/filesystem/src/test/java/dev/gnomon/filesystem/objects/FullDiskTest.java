package dev.gnomon.filesystem.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FullDiskTest {
  @TempDir Path temp;

  @Test
  void aFullDiskIsAPermanentFaultAndNothingHalfIsLeft() throws Exception {
    boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=256k", "none", temp.toString());
    if (!mounted) {
      System.out.println("SKIPPED FullDiskTest: no right to mount a small tmpfs here");
    }
    assumeThat(mounted).as("the right to mount a small tmpfs").isTrue();
    try {
      DirectoryObjectStore store = DirectoryObjectStore.open(temp, Clock.systemUTC());
      store.create(new ObjectName("small"), new byte[1000]);

      for (ObjectStoreException fault :
          new ObjectStoreException[] {
            catchThrowableOfType(
                ObjectStoreException.class,
                () -> store.create(new ObjectName("a/big"), new byte[500_000])),
            catchThrowableOfType(
                ObjectStoreException.class,
                () ->
                    store.put(new ObjectName("b/big"), new ByteArrayInputStream(new byte[500_000])))
          }) {
        assertThat(fault.kind()).isEqualTo(Kind.PERMANENT);
        assertThat(fault).hasMessageContaining("the disk is full").hasMessageContaining("big");
      }
      assertThat(store.list("", Optional.empty(), 10).objects()).hasSize(1);
      try (InputStream small = store.read(new ObjectName("small"), ByteRange.ALL).orElseThrow()) {
        assertThat(small.readAllBytes()).hasSize(1000);
      }
      store.create(new ObjectName("again"), new byte[100_000]);
    } finally {
      run("umount", temp.toString());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device, PERMANENT",
    "Disk quota exceeded, PERMANENT",
    "Read-only file system, PERMANENT",
    "Input/output error, PERMANENT",
    "Too many open files, TRANSIENT",
    "Stale file handle, TRANSIENT"
  })
  void errorsOfFileSystemsHaveTheirKind(String reason, Kind kind) {
    ObjectStoreException fault =
        FileFaults.fault(
            Path.of("/srv"), "creating 'a'", new FileSystemException("/srv/a", null, reason));

    assertThat(fault.kind()).isEqualTo(kind);
    assertThat(fault).hasMessageContaining(reason).hasMessageContaining("/srv");
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).redirectErrorStream(true).start().waitFor() == 0;
    } catch (IOException e) {
      return false; // there is no such program
    }
  }
}
