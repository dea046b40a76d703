package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Flipped bits, cut objects and missing ones: found, named, never restored.
class DamagedStoreTest {
  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private Path source;
  private Path target;
  private Point point;

  @BeforeEach
  void capture() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    target = directory.resolve("target");
    Trees.write(source.resolve("dir/data"), Trees.random(1, 200_000));
    Trees.write(source.resolve("text"), "text");
    point = StoreFixture.on(objects).capture(source);
  }

  @Test
  void everyFlippedBitOfAPackIsFoundBeforeAFileIsTouched() {
    Trees.write(target.resolve("dir/data"), "what the target had");
    ObjectName pack = dataPack();
    objects.damage(pack, flipped(77_777));
    StoreFixture store = StoreFixture.on(objects);
    assertThatThrownBy(() -> store.store().restorer().verify(point.id(), Progress.NONE))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("site@1")
        .hasMessageContaining("dir/data")
        .hasMessageContaining(pack.value());
    assertThatThrownBy(() -> store.restore(point.id(), target))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("dir/data")
        .hasMessageContaining(pack.value());
    assertThat(target.resolve("dir/data")).hasContent("what the target had");
    assertThat(Trees.shell(target, "find . -name '.gnomon*'")).isEmpty();
  }

  @Test
  void aLargeFileOfWhichOneChunkIsDamagedIsNotRestored() {
    byte[] content = Trees.random(3, 9_000_000);
    Trees.write(source.resolve("dir/large"), content);
    Point large = StoreFixture.on(objects).capture(source);
    StoreFixture.on(objects).restore(large.id(), target);
    assertThat(target.resolve("dir/large")).hasBinaryContent(content);

    Trees.write(target.resolve("dir/large"), "what the target had");
    ObjectName pack = packOver(1_000_000);
    objects.damage(pack, flipped(6_000_000));
    assertThatThrownBy(() -> StoreFixture.on(objects).restore(large.id(), target))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("dir/large")
        .hasMessageContaining(pack.value());
    assertThat(target.resolve("dir/large")).hasContent("what the target had");
    assertThat(Trees.shell(target, "find . -name '.gnomon*'")).isEmpty();
  }

  @Test
  void aCutPackIsFound() {
    objects.damage(dataPack(), bytes -> Arrays.copyOf(bytes, 1000));
    assertThatThrownBy(() -> StoreFixture.on(objects).restore(point.id(), target))
        .isInstanceOf(DamagedPointException.class);
  }

  @Test
  void aMissingPackIsNamed() {
    ObjectName pack = dataPack();
    objects.delete(List.of(pack));
    assertThatThrownBy(
            () -> StoreFixture.on(objects).store().restorer().verify(point.id(), Progress.NONE))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("site@1")
        .hasMessageContaining("store/packs/");
  }

  @Test
  void aDamagedTreeIsFound() {
    for (ObjectName pack : under("store/packs/")) {
      if (!pack.equals(dataPack())) {
        objects.damage(pack, DamagedStoreTest::scrambled);
      }
    }
    assertThatThrownBy(() -> StoreFixture.on(objects).plan(point.id(), target))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("store/packs/");
    assertThat(target).doesNotExist();
  }

  @Test
  void aDamagedOrCutIndexIsMadeUpForByTheTrailersOfThePacks() {
    for (UnaryOperator<byte[]> damage :
        List.<UnaryOperator<byte[]>>of(flipped(20), bytes -> Arrays.copyOf(bytes, 30))) {
      under("store/index/").forEach(index -> objects.damage(index, damage));
      StoreFixture.on(objects).restore(point.id(), target);
      assertThat(Trees.describe(target)).isEqualTo(Trees.describe(source));
    }
    Point next = StoreFixture.on(objects).capture(source);
    assertThat(next.content()).isEqualTo(point.content());
    assertThat(next.storedBytes()).isLessThan(1000);
  }

  @Test
  void aDamagedPointRecordIsNamedAndTheOthersStay() {
    Point second = StoreFixture.on(objects).capture(source);
    ObjectName name = new ObjectName("store/points/site/00000000000000000002");
    objects.damage(
        name, bytes -> new String(bytes).replace("\"files\":2", "\"files\":3").getBytes());
    StoreFixture store = StoreFixture.on(objects);
    assertThatThrownBy(() -> store.store().shadows().point(second.id()))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("site@2")
        .hasMessageContaining(name.value());
    assertThat(store.store().shadows().points(StoreFixture.SITE)).containsExactly(point);
    assertThat(store.capture(source).id().sequence()).isEqualTo(3);
  }

  @Test
  void nothingIsCollectedWhileAPointIsDamaged() {
    objects.damage(dataPack(), flipped(5));
    for (ObjectName pack : under("store/packs/")) {
      objects.damage(pack, bytes -> new byte[0]);
    }
    int packs = under("store/packs/").size();
    assertThatThrownBy(() -> StoreFixture.on(objects).store().expiry().collect(Duration.ofDays(1)))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("nothing is collected while point site@1 is damaged");
    assertThat(under("store/packs/")).hasSize(packs);
  }

  @Test
  void noByteOfTheStoreCanChangeWithoutNotice() {
    String expected = Trees.describe(source);
    for (ObjectName name : objects.names()) {
      if (!name.value().startsWith("store/jobs/")) {
        for (int i = 0; i < 40; i++) {
          int seed = i;
          byte[][] whole = new byte[1][];
          objects.damage(
              name,
              bytes -> {
                whole[0] = bytes.clone();
                return flipped(seed * bytes.length / 40).apply(bytes);
              });
          try {
            StoreFixture.on(objects).restore(point.id(), target);
            assertThat(Trees.describe(target)).as(name + " flipped").isEqualTo(expected);
          } catch (DamagedPointException | IllegalArgumentException e) {
            assertThat(e).hasMessageContaining("site@1");
          } catch (dev.gnomon.store.blobs.BlobFault e) {
            assertThat(e).hasMessageContaining("store/format");
          }
          objects.damage(name, bytes -> whole[0]);
          Trees.shell(directory, "rm -rf target");
        }
      }
    }
  }

  private ObjectName dataPack() {
    return packOver(100_000);
  }

  private ObjectName packOver(long bytes) {
    return under("store/packs/").stream()
        .filter(name -> objects.stat(name).orElseThrow().sizeBytes() > bytes)
        .findFirst()
        .orElseThrow();
  }

  private List<ObjectName> under(String prefix) {
    return objects.names().stream().filter(name -> name.value().startsWith(prefix)).toList();
  }

  /// Unlike one bit, which in a compressed frame may mean nothing, this can't leave the content.
  private static byte[] scrambled(byte[] bytes) {
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] ^= 0x55;
    }
    return bytes;
  }

  private static UnaryOperator<byte[]> flipped(int at) {
    return bytes -> {
      bytes[at] ^= 4;
      return bytes;
    };
  }

  /// A collection that was held up between its lists and its reads: the point that it listed came
  /// too late and went, and the number was given again, to one that needs newer packs.
  @Test
  void numberOfAPointThatIsGivenAgainIsNoDamage() {
    TickingClock clock = new TickingClock();
    InMemoryObjectStore ticking = new InMemoryObjectStore(clock);
    StoreFixture.on(ticking).capture(source);
    ObjectName listed = new ObjectName("store/points/site/00000000000000000001");
    AtomicBoolean heldUp = new AtomicBoolean();
    ObjectStore late =
        new ForwardingObjectStore(ticking) {
          @Override
          public Optional<InputStream> read(ObjectName name, ByteRange range) {
            if (name.equals(listed) && heldUp.compareAndSet(false, true)) {
              clock.advance(Duration.ofHours(1));
              ticking.delete(List.of(listed));
              Trees.write(source.resolve("dir/data"), Trees.random(2, 200_000));
              Trees.write(source.resolve("other/text"), "other text");
              assertThat(StoreFixture.on(ticking).capture(source).id()).isEqualTo(point.id());
            }
            return super.read(name, range);
          }
        };
    var collector = StoreFixture.on(late).store().expiry();

    assertThatThrownBy(() -> collector.collect(Duration.ofDays(1)))
        .isInstanceOfSatisfying(
            ObjectStoreException.class,
            fault -> assertThat(fault.kind()).isEqualTo(ObjectStoreException.Kind.TRANSIENT));

    assertThat(heldUp).isTrue();
    collector.collect(Duration.ofDays(1));
    assertThat(StoreFixture.on(ticking).restore(point.id(), target)).isNotNull();
  }
}
