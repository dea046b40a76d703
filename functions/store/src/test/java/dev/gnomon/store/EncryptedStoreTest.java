package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.FastCdc;
import dev.gnomon.store.blobs.StoreForm;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.MasterKeys;
import dev.gnomon.store.keys.WrongKeyException;
import dev.gnomon.store.points.Records;
import dev.gnomon.store.points.StoreFormat;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A store with a key tells nothing to whoever has none, and what is changed or moved in it is
/// found.
class EncryptedStoreTest {
  static final MasterKey KEY = key("a");
  static final MasterKey OTHER = key("b");

  @TempDir Path temp;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private Path source;

  static MasterKey key(String digit) {
    return new MasterKeys(Map.of("KEY", digit.repeat(64))::get).open("env:KEY");
  }

  static StoreSettings with(MasterKey key) {
    return StoreSettings.DEFAULT.withKey(Optional.of(key));
  }

  @BeforeEach
  void source() throws IOException {
    source = Files.createDirectory(temp.resolve("source"));
    Trees.write(source.resolve("peculiar-name"), "peculiar content ".repeat(5000));
    Trees.write(source.resolve("noise"), Trees.random(3, 300_000));
  }

  private StoreFixture store() {
    return StoreFixture.on(objects, with(KEY));
  }

  @Test
  void whatWentInComesOutAndIsStoredOnce() {
    Point first = store().capture(source);
    Point second = store().capture(source);
    store().restore(second.id(), temp.resolve("back"));

    assertThat(Trees.describe(temp.resolve("back"))).isEqualTo(Trees.describe(source));
    assertThat(second.content()).isEqualTo(first.content());
    assertThat(second.storedBytes()).isLessThan(1000);
    store().store().restorer().verify(first.id(), Progress.NONE);
  }

  @Test
  void noObjectShowsContentNamesOrRecords() throws IOException {
    store().capture(source);
    store().capture(source);
    store().store().expiry().expire(List.of(new PointId(StoreFixture.SITE, 1)));
    store().store().expiry().collect(Duration.ofDays(1));

    for (ObjectName name : objects.names()) {
      String text = text(name);
      if (name.value().startsWith("store/keys/") || name.equals(StoreFormat.NAME)) {
        assertThat(text).startsWith("{\"sha256\"");
      } else {
        assertThat(text)
            .as(name.value())
            .doesNotContain("peculiar", "sha256", source.toString(), "record");
      }
    }
    assertThat(text(StoreFormat.NAME))
        .contains("\"encryption\":\"aes-256-gcm\"", "\"ids\":\"hmac-sha256\"");
  }

  @Test
  void equalContentHasOtherIdsAndOtherCutsInAnotherStore() {
    InMemoryObjectStore elsewhere = new InMemoryObjectStore();
    InMemoryObjectStore open = new InMemoryObjectStore();
    Point here = store().capture(source);
    Point there = StoreFixture.on(elsewhere, with(KEY)).capture(source);
    Point plain = StoreFixture.on(open).capture(source);

    assertThat(here.content()).isNotEqualTo(there.content());
    assertThat(here.content()).isNotEqualTo(plain.content());
    byte[] content = Trees.random(9, 16 << 20);
    StoreForm form = new StoreFormat(objects, Optional.of(KEY)).get();
    int keyed = form.cutter().cut(content, 0, content.length);
    assertThat(keyed).isNotEqualTo(FastCdc.DEFAULT.cut(content, 0, content.length));
  }

  @Test
  void anotherKeyIsRefusedByItsFingerprint() {
    store().capture(source);

    for (StoreFixture wrong :
        List.of(StoreFixture.on(objects, with(OTHER)), StoreFixture.on(objects, with(OTHER)))) {
      assertThatThrownBy(() -> wrong.store().shadows().points(StoreFixture.SITE))
          .isInstanceOf(WrongKeyException.class)
          .hasMessageContaining("is wrapped by [" + KEY.fingerprint() + " (env:KEY)]")
          .hasMessageContaining("not by the key that was given, " + OTHER.fingerprint());
      assertThatThrownBy(() -> wrong.capture(source)).isInstanceOf(WrongKeyException.class);
    }
  }

  @Test
  void withoutAKeyTheStoreSaysWhichItNeeds() {
    Point point = store().capture(source);
    StoreFixture without = StoreFixture.on(objects);

    assertThatThrownBy(() -> without.restore(point.id(), temp.resolve("back")))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("is encrypted, and no key was given")
        .hasMessageContaining(KEY.fingerprint());
    assertThatThrownBy(() -> without.capture(source)).isInstanceOf(WrongKeyException.class);
    assertThatThrownBy(() -> without.store().expiry().collect(Duration.ofDays(1)))
        .isInstanceOf(WrongKeyException.class);
  }

  @Test
  void aStoreBegunWithoutEncryptionIsNotEncryptedLater() throws IOException {
    StoreFixture.on(objects).capture(source);
    int before = objects.names().size();

    assertThatThrownBy(() -> store().capture(source))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("was begun without encryption and stays so");
    assertThat(objects.names()).hasSize(before);
  }

  @Test
  void aMissingKeyObjectIsTold() {
    store().capture(source);
    objects.delete(List.of(keyObject()));

    assertThatThrownBy(() -> store().store().shadows().points(StoreFixture.SITE))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("is wrapped by [], not by the key that was given");
  }

  @Test
  void everyFlippedByteAndEveryCutOfTheKeyObjectIsTold() {
    store().capture(source);
    byte[] whole = bytes(keyObject());
    for (int at = 0; at < whole.length; at++) {
      for (byte[] damaged : List.of(flipped(whole, at), Arrays.copyOf(whole, at))) {
        objects.damage(keyObject(), bytes -> damaged);

        assertThatThrownBy(() -> store().store().shadows().points(StoreFixture.SITE))
            .isInstanceOf(WrongKeyException.class)
            .hasMessageContaining(keyObject().value())
            .hasMessageContaining(KEY.fingerprint() + " (damaged)");
      }
    }
  }

  @Test
  void aFormatThatSomebodyChangedIsNotBelieved() {
    store().capture(source);
    String format = new String(bytes(StoreFormat.NAME), StandardCharsets.UTF_8);
    Map<String, Object> record =
        Map.of(
            "version",
            2,
            "cuts",
            "fastcdc-64-256-1024",
            "ids",
            "hmac-sha256",
            "encryption",
            "aes-256-gcm",
            "key",
            format.replaceAll(".*\"key\":\"([0-9a-f]+)\".*", "$1"),
            "mac",
            format.replaceAll(".*\"mac\":\"([0-9a-f]+)\".*", "$1"));
    objects.delete(List.of(StoreFormat.NAME));
    new Records(objects, () -> StoreForm.FORMAT_1).create(StoreFormat.NAME, record);

    assertThatThrownBy(() -> store().capture(source))
        .isInstanceOf(ObjectStoreException.class)
        .hasMessageContaining("'store/format' was changed: its data key does not vouch for it");
  }

  @Test
  void recordsThatChangedPlacesAreFound() {
    store().capture(source);
    Trees.write(source.resolve("peculiar-name"), "of the second point");
    store().capture(source);
    exchange(
        new ObjectName("store/points/site/00000000000000000001"),
        new ObjectName("store/points/site/00000000000000000002"));

    for (int number : new int[] {1, 2}) {
      assertThatThrownBy(() -> store().restore(new PointId(StoreFixture.SITE, number), target()))
          .isInstanceOf(DamagedPointException.class)
          .hasMessageContaining("its seal is broken: it was changed, or belongs elsewhere");
    }
  }

  @Test
  void packsThatChangedPlacesAreFound() {
    Point point = store().capture(source);
    List<ObjectName> packs = under("store/packs/");
    exchange(packs.get(0), packs.get(1));

    assertThatThrownBy(() -> store().restore(point.id(), target()))
        .isInstanceOf(DamagedPointException.class)
        .hasMessageContaining("store/packs/");
  }

  @Test
  void indexObjectsThatAreDamagedOrOfAnotherNameAreMadeUpForByTheTrailers() {
    Point first = store().capture(source);
    Trees.write(source.resolve("peculiar-name"), Trees.random(5, 50_000));
    Point second = store().capture(source);
    List<ObjectName> indexes = under("store/index/");
    assertThat(indexes).hasSizeGreaterThan(1);
    exchange(indexes.getFirst(), indexes.getLast());

    store().store().restorer().verify(first.id(), Progress.NONE);
    store().store().restorer().verify(second.id(), Progress.NONE);
    store().restore(second.id(), target());
    assertThat(Trees.describe(target())).isEqualTo(Trees.describe(source));
  }

  @Test
  void noByteOfTheStoreCanChangeWithoutNotice() {
    Point point = store().capture(source);
    String expected = Trees.describe(source);
    for (ObjectName name : objects.names()) {
      if (name.value().startsWith("store/jobs/")) {
        continue;
      }
      byte[] whole = bytes(name);
      for (int i = 0; i < 20; i++) {
        byte[] damaged = flipped(whole, (int) ((long) i * whole.length / 20));
        objects.damage(name, bytes -> damaged);
        try {
          store().restore(point.id(), target());
          assertThat(Trees.describe(target())).as(name + " flipped").isEqualTo(expected);
        } catch (DamagedPointException | BlobFault | ObjectStoreException e) {
          assertThat(e).hasMessageMatching("(?s).*(site@1|store/format|store/keys/).*");
        }
        objects.damage(name, bytes -> whole);
        Trees.shell(temp, "rm -rf target");
      }
    }
  }

  @Test
  void writersThatBeginTheStoreTogetherAgreeOnOneKey() throws Exception {
    try (ExecutorService racers = Executors.newFixedThreadPool(4)) {
      List<CompletableFuture<Point>> points = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        points.add(CompletableFuture.supplyAsync(() -> store().capture(source), racers));
      }
      for (CompletableFuture<Point> point : points) {
        store().store().restorer().verify(point.get().id(), Progress.NONE);
      }
    }
    assertThat(store().store().shadows().points(StoreFixture.SITE))
        .hasSize(4)
        .extracting(Point::content)
        .containsOnly(store().capture(source).content());
  }

  private Path target() {
    return temp.resolve("target");
  }

  private ObjectName keyObject() {
    return under("store/keys/").getFirst();
  }

  private List<ObjectName> under(String prefix) {
    return objects.names().stream().filter(name -> name.value().startsWith(prefix)).toList();
  }

  private void exchange(ObjectName one, ObjectName other) {
    byte[] first = bytes(one);
    byte[] second = bytes(other);
    objects.damage(one, bytes -> second);
    objects.damage(other, bytes -> first);
  }

  private String text(ObjectName name) {
    return new String(bytes(name), StandardCharsets.ISO_8859_1);
  }

  private byte[] bytes(ObjectName name) {
    try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static byte[] flipped(byte[] whole, int at) {
    byte[] flipped = whole.clone();
    flipped[at] ^= 4;
    return flipped;
  }
}
