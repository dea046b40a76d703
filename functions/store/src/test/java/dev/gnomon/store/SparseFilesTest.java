package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.shadow.Point;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseFilesTest {
  private static final int MIB = 1 << 20;
  private static final long SIZE = 40L * MIB + 123;

  @TempDir Path directory;
  private Path source;
  private Path sparse;

  @BeforeEach
  void make() throws Exception {
    source = Files.createDirectory(directory.resolve("source"));
    sparse = source.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(sparse, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (long at : List.of(0L, 5L * MIB + 100, 17L * MIB, 17L * MIB + 5000)) {
        channel.write(ByteBuffer.wrap(("data at " + at).getBytes(UTF_8)), at);
      }
      channel.write(ByteBuffer.allocate(1), SIZE - 1);
      channel.force(true);
    }
    assumeTrue(
        FileStat.of(sparse).orElseThrow().isSparse(), "this file system keeps no holes: " + source);
  }

  private Path restored() {
    StoreFixture store = StoreFixture.on(new InMemoryObjectStore());
    Point point = store.capture(source);
    Path target = directory.resolve("restored");
    store.restore(point.id(), target);
    return target;
  }

  @Test
  void holesComeBackAsHoles() throws Exception {
    Path target = restored();

    FileStat before = FileStat.of(sparse).orElseThrow();
    FileStat after = FileStat.of(target.resolve("sparse")).orElseThrow();
    assertThat(after.size()).isEqualTo(SIZE);
    assertThat(Files.mismatch(sparse, target.resolve("sparse"))).isEqualTo(-1);
    assertThat(after.blocks()).isLessThanOrEqualTo(before.blocks() + 8);
  }

  @Test
  void zerosThatAreNoHolesComeBackAsTheyWere() throws Exception {
    Path dense = source.resolve("dense");
    Files.write(dense, new byte[2 * MIB]);

    Path target = restored();

    assertThat(FileStat.of(target.resolve("dense")).orElseThrow().isSparse()).isFalse();
    assertThat(Files.mismatch(dense, target.resolve("dense"))).isEqualTo(-1);
  }
}
