package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.shadow.IncompleteRestoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Stores that were written by the program of their time stay readable.
class GoldenStoresTest {
  private static final ResourceName GOLDEN = new ResourceName("golden");

  @TempDir Path temp;

  private static Path resource(String name) throws URISyntaxException {
    return Path.of(
        Objects.requireNonNull(GoldenStoresTest.class.getResource("/golden/" + name)).toURI());
  }

  /// A fixture on a golden store, with its key if it is encrypted.
  private static StoreFixture fixture(String version) throws Exception {
    return StoreFixture.on(store(version), settings(version));
  }

  private static StoreSettings settings(String version) throws Exception {
    if (!version.endsWith("-encrypted")) {
      return StoreSettings.DEFAULT;
    }
    String key = Files.readString(resource(version + "/key.hex"));
    return StoreSettings.DEFAULT.withKey(
        Optional.of(new MasterKeys(Map.of("KEY", key)::get).open("env:KEY")));
  }

  private static InMemoryObjectStore store(String version) throws Exception {
    InMemoryObjectStore objects = new InMemoryObjectStore();
    Path root = resource(version);
    try (Stream<Path> files = Files.walk(root.resolve("store"))) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> {
            try {
              objects.create(
                  new ObjectName(root.relativize(file).toString()), Files.readAllBytes(file));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return objects;
  }

  @ParameterizedTest
  @CsvSource({
    "v1, 1",
    "v1, 2",
    "v2-zstd, 1",
    "v2-zstd, 2",
    "v2-lz4, 1",
    "v2-lz4, 2",
    "v2-encrypted, 1",
    "v2-encrypted, 2"
  })
  void everyPointComesBackByteForByte(String version, int number) throws Exception {
    StoreFixture store = fixture(version);
    PointId point = new PointId(GOLDEN, number);
    Path target = temp.resolve("back");

    try {
      store.restore(point, target);
    } catch (IncompleteRestoreException e) {
      // Not run as root: owners can't be set, everything else is there.
    }

    assertThat(listed(target))
        .isEqualTo(Files.readAllBytes(resource(version + "/golden-" + number + ".txt")));
  }

  /// By other programs than ours.
  private static byte[] listed(Path directory) throws Exception {
    Process process =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "find . -printf '%y %m %T@ %l %P\\n' | LC_ALL=C sort;"
                    + " find . -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    byte[] output = process.getInputStream().readAllBytes();
    assertThat(process.waitFor()).isZero();
    return output;
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2-zstd", "v2-lz4", "v2-encrypted"})
  void attributesAndHardLinksComeBackToo(String version) throws Exception {
    StoreFixture store = fixture(version);
    Path target = temp.resolve("back");
    try {
      store.restore(new PointId(GOLDEN, 1), target);
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
    ShadowStores store = ShadowStores.open(store(version), settings(version));

    List<Point> points = store.shadows().points(GOLDEN);

    assertThat(points)
        .extracting(point -> point.id() + " " + point.content() + " " + point.files())
        .containsExactly("golden@2 " + second + " 9", "golden@1 " + first + " 9");
    points.forEach(point -> store.restorer().verify(point.id(), Progress.NONE));
  }

  /// What a later program writes beside old points doesn't hurt them.
  @ParameterizedTest
  @ValueSource(strings = {"v1", "v2-zstd", "v2-lz4", "v2-encrypted"})
  void anOldStoreTakesNewPoints(String version) throws Exception {
    StoreFixture store = fixture(version);
    Path source = Files.createDirectory(temp.resolve("source"));
    Files.writeString(source.resolve("file"), "of today");

    Point point = store.capture(source);

    assertThat(store.restore(point.id(), temp.resolve("today")).filesWritten()).isEqualTo(1);
    store.store().restorer().verify(new PointId(GOLDEN, 1), Progress.NONE);
  }
}
