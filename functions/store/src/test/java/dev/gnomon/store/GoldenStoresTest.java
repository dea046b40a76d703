package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.files.FileStat;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Stores that were written by the program of their time stay readable.
class GoldenStoresTest {
  @TempDir Path temp;

  @ParameterizedTest
  @CsvSource({
    "v1, 1",
    "v1, 2",
    "v2-zstd, 1",
    "v2-zstd, 2",
    "v2-lz4, 1",
    "v2-lz4, 2",
    "v2-encrypted, 1",
    "v2-encrypted, 2",
    "v2-sparse, 1"
  })
  void everyPointComesBackByteForByte(String version, int number) throws Exception {
    GoldenStore golden = new GoldenStore(version);
    StoreFixture store = golden.fixture();
    PointId point = GoldenStore.point(number);
    Path target = temp.resolve("back");

    try {
      store.restore(point, target);
    } catch (IncompleteRestoreException e) {
      // Not run as root: owners can't be set, everything else is there.
    }

    assertThat(GoldenStore.listed(target)).isEqualTo(golden.expected(number));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2-zstd", "v2-lz4", "v2-encrypted"})
  void attributesAndHardLinksComeBackToo(String version) throws Exception {
    StoreFixture store = new GoldenStore(version).fixture();
    Path target = temp.resolve("back");
    try {
      store.restore(GoldenStore.point(1), target);
    } catch (IncompleteRestoreException e) {
      assumeTrue(
          e.getMessage() == null || !e.getMessage().contains("user.note"),
          "this file system keeps no extended attributes");
    }

    assertThat(Files.isSameFile(target.resolve("data/again.bin"), target.resolve("data/noise.bin")))
        .isTrue();
    assertThat((byte[]) Files.getAttribute(target.resolve("readme.txt"), "user:note"))
        .asString()
        .isEqualTo("kept");
  }

  @ParameterizedTest
  @CsvSource({
    "v1, 03220f8d310941dee3bfe58482aa033e6f46f3968bb1a0ad96c14ce6e37b4a05,"
        + " dfd2c6e4a30ef9f94d5f40dfd5d3cf8688b1db918862b695e007202eb9e07033",
    "v2-zstd, df893771e0ae0d9b1e2dd4b3508102e30ce794de13b89edaba89bd344df6cd13,"
        + " 13b9e0ebad5f8d026d418ba53746cbad7b6676349b3550c6ff101e34bd9e361f",
    "v2-lz4, df893771e0ae0d9b1e2dd4b3508102e30ce794de13b89edaba89bd344df6cd13,"
        + " 13b9e0ebad5f8d026d418ba53746cbad7b6676349b3550c6ff101e34bd9e361f",
    "v2-encrypted, a817971b927a3191841e234d9a9d766dbc072322b880e12b8c38009c29cfce0b,"
        + " 6d68b9842b26f18a42735f4c257eb928e628be312a4784023531b12772a849cd"
  })
  void everyPointIsWholeAndSaysTheSame(String version, String first, String second)
      throws Exception {
    ShadowStores store = new GoldenStore(version).fixture().store();

    List<Point> points = store.shadows().points(GoldenStore.GOLDEN);

    assertThat(points)
        .extracting(point -> point.id() + " " + point.content() + " " + point.files())
        .containsExactly("golden@2 " + second + " 9", "golden@1 " + first + " 9");
    points.forEach(point -> store.restorer().verify(point.id(), Progress.NONE));
  }

  @Test
  void holesComeBackAsHoles() throws Exception {
    Path target = temp.resolve("back");
    try {
      new GoldenStore("v2-sparse").fixture().restore(GoldenStore.point(1), target);
    } catch (IncompleteRestoreException e) {
      // as above
    }
    Path probe = temp.resolve("probe");
    try (FileChannel channel =
        FileChannel.open(probe, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(1), 10_000_000);
    }
    assumeTrue(
        FileStat.of(probe).orElseThrow().isSparse(), "this file system keeps no holes: " + temp);

    for (String name : List.of("middle", "nothing", "beginning")) {
      FileStat stat = FileStat.of(target.resolve(name)).orElseThrow();
      assertThat(stat.blocks() * 512).as(name).isLessThan(stat.size() / 10);
    }
  }

  /// What a later program writes beside old points doesn't hurt them.
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2-zstd", "v2-lz4", "v2-encrypted", "v2-sparse"})
  void anOldStoreTakesNewPoints(String version) throws Exception {
    StoreFixture store = new GoldenStore(version).fixture();
    Path source = Files.createDirectory(temp.resolve("source"));
    Files.writeString(source.resolve("file"), "of today");

    Point point = store.capture(source);

    assertThat(store.restore(point.id(), temp.resolve("today")).filesWritten()).isEqualTo(1);
    store.store().restorer().verify(GoldenStore.point(1), Progress.NONE);
  }
}
