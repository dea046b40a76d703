package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointContents.Damage;
import dev.gnomon.core.shadow.PointContents.Verification;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyTest {
  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private Path source;

  @BeforeEach
  void make() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
  }

  private static Verification verify(dev.gnomon.core.objects.ObjectStore objects, Point point) {
    return StoreFixture.on(objects).store().contents().verify(point.id(), Progress.NONE);
  }

  private List<ObjectName> packs() {
    return objects.names().stream()
        .filter(name -> name.value().startsWith("store/packs/"))
        .sorted()
        .toList();
  }

  @Test
  void aWholePointIsReadToItsLastChunk() {
    Trees.write(source.resolve("a"), Trees.random(1, 3_000_000));
    Trees.write(source.resolve("dir/same"), Trees.random(1, 3_000_000));
    Trees.write(source.resolve("dir/b"), "b");
    Point point = StoreFixture.on(objects).capture(source);

    Verification found = verify(objects, point);

    assertThat(found.whole()).isTrue();
    assertThat(found.files()).isEqualTo(3);
    assertThat(found.bytes()).isBetween(3_000_000L, 3_100_000L);
    assertThat(found.damaged()).isEmpty();
  }

  @Test
  void everyPathThatNeedsADamagedChunkIsNamedAndNoOther() {
    Trees.write(source.resolve("good"), Trees.random(8, 100_000));
    StoreFixture store = StoreFixture.on(objects);
    store.capture(source);
    List<ObjectName> before = packs();
    for (int i = 0; i < 4; i++) {
      Trees.write(source.resolve("dir" + i + "/bad"), Trees.random(7, 100_000));
    }
    Trees.write(source.resolve("worse"), Trees.random(9, 100_000));
    Point point = store.capture(source);
    ObjectName data = largest(packs().stream().filter(name -> !before.contains(name)).toList());
    objects.damage(data, bytes -> scrambled(bytes, 50_000));
    objects.damage(data, bytes -> scrambled(bytes, 150_000));

    Verification found = verify(objects, point);

    assertThat(found.damaged())
        .extracting(Damage::path)
        .containsExactly("dir0/bad", "dir1/bad", "dir2/bad", "dir3/bad", "worse");
    assertThat(found.damagedPaths()).isEqualTo(5);
    assertThat(found.damaged().getFirst().reason()).contains(data.value());
  }

  @Test
  void aDirectoryThatCantBeReadIsNamedWithWhatIsLostInIt() {
    Trees.write(source.resolve("bad/one"), "1");
    Trees.write(source.resolve("bad/two"), "2");
    Trees.write(source.resolve("data"), Trees.random(7, 100_000));
    StoreFixture store = StoreFixture.on(objects);
    store.capture(source);
    List<ObjectName> before = packs();
    Trees.write(source.resolve("new"), "new");
    Point point = store.capture(source);
    before.stream()
        .filter(name -> !name.equals(largest(before)))
        .forEach(trees -> objects.damage(trees, bytes -> scrambled(bytes, 0)));

    Verification found = verify(objects, point);

    assertThat(found.damaged()).extracting(Damage::path).containsExactly("bad/");
    assertThat(found.damaged().getFirst().reason()).contains("with it 2 files and links are lost");
  }

  @Test
  void moreDamageThanIsListedIsCounted() {
    int files = Verification.MAX_LISTED + 5;
    byte[] same = Trees.random(5, 50_000);
    for (int i = 0; i < files; i++) {
      Trees.write(source.resolve("f" + i), same);
    }
    Point point = StoreFixture.on(objects).capture(source);
    objects.damage(largest(packs()), bytes -> scrambled(bytes, 10_000));

    Verification found = verify(objects, point);

    assertThat(found.damaged()).hasSize(Verification.MAX_LISTED);
    assertThat(found.damagedPaths()).isEqualTo(files);
  }

  @Test
  void aStoreThatIsAwayIsNoDamage() {
    Trees.write(source.resolve("a"), Trees.random(1, 3_000_000));
    Point point = StoreFixture.on(objects).capture(source);
    ObjectName data = largest(packs());
    var away =
        new ForwardingObjectStore(objects) {
          @Override
          public Optional<InputStream> read(ObjectName name, ByteRange range) {
            if (name.equals(data)) {
              throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "away");
            }
            return super.read(name, range);
          }
        };

    assertThatThrownBy(() -> verify(away, point))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessage("away");
  }

  private ObjectName largest(List<ObjectName> packs) {
    return packs.stream()
        .max(Comparator.comparing(name -> objects.stat(name).orElseThrow().sizeBytes()))
        .orElseThrow();
  }

  /// Unlike one bit, which in a compressed frame may mean nothing, this can't leave the content.
  private static byte[] scrambled(byte[] bytes, int from) {
    for (int i = from; i < Math.min(bytes.length, from + 64); i++) {
      bytes[i] ^= 0x55;
    }
    return bytes;
  }
}
