package dev.gnomon.filesystem.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.disks.SmallDisk;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FullDiskTest {
  private static final long PACK_BYTES = 4 << 20;

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

  @Test
  void aDiskThatIsFullInTheMiddleOfAPackLeavesNothingOfItAndTakesItLater() throws Exception {
    try (SmallDisk disk = SmallDisk.mounted(temp, 24)) {
      DirectoryObjectStore store = DirectoryObjectStore.open(disk.root(), Clock.systemUTC());
      store.create(new ObjectName("data/first"), new byte[1000]);
      disk.fill(2 << 20);
      Watched pack = new Watched(disk.root().resolve(TemporaryFiles.DIRECTORY));

      ObjectStoreException fault =
          catchThrowableOfType(
              ObjectStoreException.class, () -> store.put(new ObjectName("data/pack"), pack));

      assertThat(pack.mostWritten).as("bytes on the disk before").isBetween(1L << 20, 2L << 20);
      requireFull(fault, "data/pack", store.root());
      assertThat(names(store)).containsExactly("data/first", "filler");
      assertThat(disk.root().resolve(TemporaryFiles.DIRECTORY)).isEmptyDirectory();
      disk.free();
      assertThat(store.put(new ObjectName("data/pack"), new Watched(temp))).isEqualTo(PACK_BYTES);
      try (InputStream stored =
          store.read(new ObjectName("data/pack"), ByteRange.ALL).orElseThrow()) {
        assertThat(stored.readAllBytes()).isEqualTo(new Watched(temp).readAllBytes());
      }
    }
  }

  @Test
  void aDiskWithoutASingleBlockTakesNoSmallObjectAndTakesItLater() throws Exception {
    try (SmallDisk disk = SmallDisk.mounted(temp, 8)) {
      DirectoryObjectStore store = DirectoryObjectStore.open(disk.root(), Clock.systemUTC());
      store.create(new ObjectName("points/first"), new byte[1000]);
      disk.fill(0);
      ObjectName small = new ObjectName("points/small");
      ObjectName elsewhere = new ObjectName("new/place/small");

      requireFull(
          catchThrowableOfType(
              ObjectStoreException.class, () -> store.create(small, new byte[1000])),
          "points/small",
          store.root());
      requireFull(
          catchThrowableOfType(
              ObjectStoreException.class,
              () -> store.put(small, new ByteArrayInputStream(new byte[1000]))),
          "points/small",
          store.root());
      requireFull(
          catchThrowableOfType(
              ObjectStoreException.class, () -> store.create(elsewhere, new byte[0])),
          "new/place/small",
          store.root());

      assertThat(names(store)).containsExactly("filler", "points/first");
      assertThat(disk.root().resolve(TemporaryFiles.DIRECTORY)).isEmptyDirectory();
      disk.free();
      assertThat(store.create(small, new byte[1000])).isInstanceOf(Creation.Created.class);
      assertThat(store.create(elsewhere, new byte[0])).isInstanceOf(Creation.Created.class);
    }
  }

  private static void requireFull(ObjectStoreException fault, String name, Path root) {
    assertThat(fault).hasMessageContaining("the disk is full").hasMessageContaining(name);
    assertThat(fault).hasMessageContaining(root.toString());
    assertThat(fault.kind()).isEqualTo(Kind.PERMANENT);
  }

  private static List<String> names(DirectoryObjectStore store) {
    return store.list("", Optional.empty(), 10).objects().stream()
        .map(object -> object.name().value())
        .toList();
  }

  /// A pack that looks, whenever more of it is read, how much of it is on the disk already.
  private static final class Watched extends InputStream {
    private final Path written;
    private final Random content = new Random(7);
    private long left = PACK_BYTES;
    private long mostWritten;

    Watched(Path written) {
      this.written = written;
    }

    @Override
    public int read() {
      throw new UnsupportedOperationException("read byte by byte");
    }

    @Override
    public int read(byte[] to, int offset, int length) throws IOException {
      try (DirectoryStream<Path> files = Files.newDirectoryStream(written)) {
        for (Path file : files) {
          mostWritten = Math.max(mostWritten, Files.size(file));
        }
      }
      if (left == 0) {
        return -1;
      }
      byte[] some = new byte[(int) Math.min(left, Math.min(length, 64 << 10))];
      content.nextBytes(some);
      System.arraycopy(some, 0, to, offset, some.length);
      left -= some.length;
      return some.length;
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
