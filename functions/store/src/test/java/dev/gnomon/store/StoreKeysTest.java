package dev.gnomon.store;

import static dev.gnomon.store.EncryptedStoreTest.KEY;
import static dev.gnomon.store.EncryptedStoreTest.OTHER;
import static dev.gnomon.store.EncryptedStoreTest.key;
import static dev.gnomon.store.EncryptedStoreTest.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.keys.MasterKey;
import dev.gnomon.store.keys.WrongKeyException;
import dev.gnomon.store.points.KeyRecords.Listed;
import dev.gnomon.verification.objects.ForwardingObjectStore;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Master keys come and go; data stays as it is and can be read at every moment.
class StoreKeysTest {
  @TempDir Path temp;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreKeys keys = new StoreKeys(objects);
  private Point point;

  @BeforeEach
  void capture() throws IOException {
    Path source = Files.createDirectory(temp.resolve("source"));
    Trees.write(source.resolve("file"), Trees.random(1, 100_000));
    point = StoreFixture.on(objects, with(KEY)).capture(source);
  }

  @Test
  void aKeyIsExchangedWithoutTouchingData() throws IOException {
    Map<String, String> before = data();

    assertThat(keys.add(KEY, OTHER)).isTrue();
    assertThat(keys.add(KEY, OTHER)).as("again").isFalse();
    works(KEY);
    works(OTHER);
    assertThat(keys.remove(OTHER, KEY.fingerprint())).isTrue();
    assertThat(keys.remove(OTHER, KEY.fingerprint())).as("again").isFalse();

    works(OTHER);
    assertThatThrownBy(() -> works(KEY)).isInstanceOf(WrongKeyException.class);
    assertThat(keys.list()).extracting(Listed::masterKey).containsExactly(OTHER.fingerprint());
    assertThat(data()).isEqualTo(before);
  }

  @Test
  void aKilledRemovalLeavesBothKeysWorking() {
    keys.add(KEY, OTHER);
    ObjectStore dying =
        new ForwardingObjectStore(objects) {
          @Override
          public void delete(Collection<ObjectName> names) {
            throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "killed");
          }
        };

    assertThatThrownBy(() -> new StoreKeys(dying).remove(OTHER, KEY.fingerprint()))
        .hasMessage("killed");

    works(KEY);
    works(OTHER);
    assertThat(keys.list())
        .filteredOn(Listed::removing)
        .extracting(Listed::masterKey)
        .containsExactly(KEY.fingerprint());
    assertThatThrownBy(() -> keys.remove(KEY, OTHER.fingerprint()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining(KEY.fingerprint() + " is being removed itself");
    works(OTHER);
    keys.add(OTHER, KEY); // or the removal is thought better of
    assertThat(keys.list()).noneMatch(Listed::removing);
    assertThat(keys.remove(KEY, OTHER.fingerprint())).isTrue();
    works(KEY);
  }

  @Test
  void theLastUsableKeyStays() {
    assertThatThrownBy(() -> keys.remove(KEY, KEY.fingerprint()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("name another key of the store");
    assertThatThrownBy(() -> keys.remove(OTHER, KEY.fingerprint()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("not by the key that was given");
    keys.add(KEY, OTHER);
    objects.damage(object(OTHER), bytes -> Arrays.copyOf(bytes, 50));
    assertThatThrownBy(() -> keys.remove(OTHER, KEY.fingerprint()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("is cut short");
    works(KEY);

    assertThat(keys.remove(KEY, OTHER.fingerprint())).as("a damaged one may go").isTrue();
    assertThat(keys.add(KEY, OTHER)).isTrue();
    works(OTHER);
  }

  @Test
  void ofTwoWhoRemoveEachOthersKeyOneAtMostSucceeds() throws Exception {
    for (int round = 0; round < 50; round++) {
      MasterKey one = key("c");
      MasterKey two = key("d");
      keys.add(KEY, one);
      keys.add(KEY, two);
      keys.remove(one, KEY.fingerprint());
      CyclicBarrier together = new CyclicBarrier(2);
      CompletableFuture<Boolean> first =
          CompletableFuture.supplyAsync(() -> removed(together, one, two));
      CompletableFuture<Boolean> second =
          CompletableFuture.supplyAsync(() -> removed(together, two, one));

      assertThat(new boolean[] {first.get(), second.get()}).contains(false);

      MasterKey left = keys.list().getFirst().masterKey().equals(one.fingerprint()) ? one : two;
      works(left);
      keys.add(left, KEY);
      keys.remove(KEY, one.fingerprint());
      keys.remove(KEY, two.fingerprint());
    }
  }

  @Test
  void aRemovalThatWasHeldUpWhileItsMarkWasTakenAwayLeavesAKey() {
    keys.add(KEY, OTHER);
    ObjectStore heldUp =
        beforeDeleting(
            object(KEY),
            () -> {
              keys.add(OTHER, KEY); // takes its mark away
              keys.remove(KEY, OTHER.fingerprint());
            });

    assertThatThrownBy(() -> new StoreKeys(heldUp).remove(OTHER, KEY.fingerprint()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("not by the key that was given");

    works(KEY);
  }

  @Test
  void aRemovalThatIsRefusedLeavesTheMarkOfAnotherOne() {
    MasterKey third = key("e");
    keys.add(KEY, OTHER);
    keys.add(KEY, third);
    ObjectStore dying =
        beforeDeleting(
            object(OTHER),
            () -> {
              throw new ObjectStoreException(ObjectStoreException.Kind.PERMANENT, "killed");
            });
    assertThatThrownBy(() -> new StoreKeys(dying).remove(third, OTHER.fingerprint()))
        .hasMessage("killed");
    ObjectStore held =
        beforeDeleting(
            object(KEY),
            () -> {
              assertThatThrownBy(() -> keys.remove(OTHER, KEY.fingerprint()))
                  .hasMessageContaining("is being removed itself");
              assertThat(keys.list())
                  .filteredOn(Listed::removing)
                  .extracting(Listed::masterKey)
                  .contains(KEY.fingerprint());
            });

    assertThat(new StoreKeys(held).remove(third, KEY.fingerprint())).isTrue();
    works(third);
  }

  @Test
  void aKeyThatIsAddedAgainBeforeItWasDeletedStays() {
    keys.add(KEY, OTHER);
    ObjectName mark = new ObjectName(object(KEY).value().replace("/raw-", "/removing/raw-"));
    ObjectStore slow =
        new ForwardingObjectStore(objects) {
          private int reads;

          @Override
          public java.util.Optional<InputStream> read(ObjectName name, ByteRange range) {
            if (name.equals(object(OTHER)) && objects.stat(mark).isPresent() && reads++ == 0) {
              keys.add(OTHER, KEY);
            }
            return super.read(name, range);
          }
        };

    assertThatThrownBy(() -> new StoreKeys(slow).remove(OTHER, KEY.fingerprint()))
        .isInstanceOf(WrongKeyException.class)
        .hasMessageContaining("was added again meanwhile");
    works(KEY);
    works(OTHER);
  }

  /// Others do something at the very moment when an object is about to be deleted.
  private ObjectStore beforeDeleting(ObjectName doomed, Runnable others) {
    return new ForwardingObjectStore(objects) {
      @Override
      public void delete(Collection<ObjectName> names) {
        if (names.contains(doomed)) {
          others.run();
        }
        super.delete(names);
      }
    };
  }

  private boolean removed(CyclicBarrier together, MasterKey staying, MasterKey going) {
    try {
      together.await();
      return keys.remove(staying, going.fingerprint());
    } catch (WrongKeyException e) {
      return false;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aStoreWithoutEncryptionHasNoKeys() {
    InMemoryObjectStore open = new InMemoryObjectStore();
    StoreFixture.on(open).capture(temp.resolve("source"));

    assertThatThrownBy(() -> new StoreKeys(open).list())
        .isInstanceOf(WrongKeyException.class)
        .hasMessage("the shadow store is not encrypted");
  }

  private void works(MasterKey key) {
    StoreFixture.on(objects, with(key)).store().restorer().verify(point.id(), Progress.NONE);
  }

  private ObjectName object(MasterKey key) {
    return objects.names().stream()
        .filter(name -> name.value().endsWith("/" + key.fingerprint()))
        .findFirst()
        .orElseThrow();
  }

  /// Everything but the wrappings.
  private Map<String, String> data() throws IOException {
    Map<String, String> data = new TreeMap<>();
    for (ObjectName name : objects.names()) {
      if (!name.value().startsWith("store/keys/")) {
        try (InputStream in = objects.read(name, ByteRange.ALL).orElseThrow()) {
          data.put(name.value(), Arrays.toString(in.readAllBytes()));
        }
      }
    }
    return data;
  }
}
