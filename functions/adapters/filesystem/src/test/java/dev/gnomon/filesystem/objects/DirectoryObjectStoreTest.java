package dev.gnomon.filesystem.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.control.CellProbe;
import dev.gnomon.core.objects.ByteRange;
import dev.gnomon.core.objects.Creation;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import dev.gnomon.verification.objects.ObjectStoreContract;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DirectoryObjectStoreTest {
  @TempDir Path temp;

  @Nested
  class Contract extends ObjectStoreContract {
    @Override
    protected ObjectStore openEmptyStore() {
      return DirectoryObjectStore.open(temp.resolve("contract"), Clock.systemUTC());
    }
  }

  private DirectoryObjectStore open() {
    return DirectoryObjectStore.open(temp.resolve("store"), Clock.systemUTC());
  }

  private static ObjectName name(String name) {
    return new ObjectName(name);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ObjectStoreException fault(ThrowingCallable call) {
    try {
      call.call();
    } catch (ObjectStoreException e) {
      return e;
    } catch (Throwable e) {
      throw new AssertionError("not a fault of a store", e);
    }
    throw new AssertionError("no fault");
  }

  private static List<String> names(ObjectStore store) {
    return store.list("", Optional.empty(), 1000).objects().stream()
        .map(o -> o.name().value())
        .toList();
  }

  private static List<Path> tree(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      return paths.filter(p -> !p.equals(root)).map(root::relativize).sorted().toList();
    }
  }

  @Test
  void anObjectIsAFileUnderItsName() {
    open().create(name("a/b"), bytes("x"));

    assertThat(temp.resolve("store/a/b")).hasContent("x");
  }

  @Test
  void twoStoresOnOneDirectoryAreOneStore() {
    open().create(name("a"), bytes("1"));

    assertThat(open().create(name("a"), bytes("2"))).isInstanceOf(Creation.AlreadyExists.class);
  }

  @Test
  void aCellInADirectoryPassesTheProbe() {
    assertThat(CellProbe.require(open(), () -> UUID.randomUUID().toString()).evidence()).isEmpty();
    assertThat(names(open())).containsExactly("cell/probe");
  }

  @Test
  void nothingButTheObjectIsLeftBehind() throws IOException {
    DirectoryObjectStore store = open();
    store.create(name("a/b"), bytes("x"));
    store.create(name("a/b"), bytes("y"));
    store.put(name("c"), new ByteArrayInputStream(bytes("z")));

    assertThat(tree(temp.resolve("store")))
        .containsExactlyInAnyOrder(
            Path.of("a"), Path.of("a/b"), Path.of("c"), Path.of(TemporaryFiles.DIRECTORY));
  }

  @Test
  void deletingTheLastObjectPrunesItsDirectories() throws IOException {
    DirectoryObjectStore store = open();
    store.create(name("a/b/c/d"), bytes("x"));
    store.create(name("a/e"), bytes("x"));

    store.delete(List.of(name("a/b/c/d")));

    assertThat(tree(temp.resolve("store")))
        .contains(Path.of("a"), Path.of("a/e"))
        .doesNotContain(Path.of("a/b"), Path.of("a/b/c"));
  }

  @Test
  void leftoversOfKilledWritersAreNoObjectsAndGoAfterAWhile() throws IOException {
    open();
    Path temporaries = Files.createDirectories(temp.resolve("store/" + TemporaryFiles.DIRECTORY));
    Path old = Files.writeString(temporaries.resolve("old"), "half");
    Path young = Files.writeString(temporaries.resolve("young"), "half");
    Files.setLastModifiedTime(
        old, FileTime.from(Instant.now().minus(TemporaryFiles.KEPT).minusSeconds(60)));

    DirectoryObjectStore reopened = open();

    assertThat(names(reopened)).isEmpty();
    assertThat(old).doesNotExist();
    assertThat(young).exists();
  }

  @Test
  void foreignFilesAreNeitherListedNorInTheWay() throws IOException {
    DirectoryObjectStore store = open();
    Path root = temp.resolve("store");
    Files.writeString(root.resolve("with space"), "x");
    Files.createDirectories(root.resolve("with space dir/sub"));
    Files.createSymbolicLink(root.resolve("link"), Path.of("/etc"));
    Files.createDirectories(root.resolve("empty/dir"));
    store.create(name("x"), bytes("x"));

    assertThat(names(store)).containsExactly("x");
    assertThat(store.list("link/", Optional.empty(), 10).objects()).isEmpty();
  }

  @Test
  void manyEmptyDirectoriesDoNotHideWhatFollows() throws IOException {
    DirectoryObjectStore store = open();
    for (int i = 0; i < 30; i++) {
      Files.createDirectories(temp.resolve("store/d%02d/e".formatted(i)));
    }
    store.create(name("z/last"), bytes("x"));

    assertThat(store.list("", Optional.empty(), 2).objects())
        .extracting(ObjectStat::name)
        .containsExactly(name("z/last"));
  }

  @Test
  void symbolicLinksDoNotLeadOut() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("secret"), "secret");
    DirectoryObjectStore store = open();
    Files.createSymbolicLink(temp.resolve("store/dir"), outside);
    Files.createSymbolicLink(temp.resolve("store/file"), outside.resolve("secret"));

    assertThat(fault(() -> store.read(name("dir/secret"), ByteRange.ALL)).kind())
        .isEqualTo(Kind.PERMANENT);
    assertThat(fault(() -> store.create(name("dir/new"), bytes("x"))).kind())
        .isEqualTo(Kind.PERMANENT);
    assertThat(fault(() -> store.put(name("dir/new"), InputStream.nullInputStream())).kind())
        .isEqualTo(Kind.PERMANENT);
    assertThat(fault(() -> store.delete(List.of(name("dir/secret")))).kind())
        .isEqualTo(Kind.PERMANENT);
    assertThat(store.read(name("file"), ByteRange.ALL)).isEmpty();
    assertThat(tree(outside)).containsExactly(Path.of("secret"));
  }

  @Test
  void aNameThatBeginsOtherNamesIsRefusedClearly() {
    DirectoryObjectStore store = open();
    store.create(name("a/b"), bytes("x"));

    assertThat(fault(() -> store.create(name("a"), bytes("y"))))
        .hasMessageContaining("'a' is the beginning of other names");
    assertThat(fault(() -> store.create(name("a/b/c"), bytes("y"))).kind())
        .isEqualTo(Kind.PERMANENT);
    assertThat(store.read(name("a/b/c"), ByteRange.ALL)).isEmpty();
    assertThat(store.list("a/b/c/", Optional.empty(), 10).objects()).isEmpty();
  }

  @Test
  void aRootThatIsGoneIsAFaultAndNotAnEmptyStore() throws IOException {
    DirectoryObjectStore store = open();
    store.create(name("a"), bytes("x"));
    Path root = temp.resolve("store");
    Files.move(root, temp.resolve("unmounted"));

    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> store.read(name("a"), ByteRange.ALL),
            () -> store.stat(name("b")),
            () -> store.list("", Optional.empty(), 10),
            () -> store.create(name("b"), bytes("x")),
            () -> store.put(name("b"), InputStream.nullInputStream()),
            () -> store.delete(List.of(name("a"))))) {
      assertThat(fault(call)).hasMessageContaining("is it mounted?");
      assertThat(fault(call).kind()).isEqualTo(Kind.TRANSIENT);
    }
    assertThat(root).doesNotExist();
    Files.createDirectory(root); // The empty mount point below.
    assertThat(fault(() -> store.stat(name("a"))).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(fault(() -> store.create(name("b"), bytes("x"))).kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(tree(root)).isEmpty();
  }

  @Test
  void aFileThatShrinksWhileItIsReadIsDamage() throws IOException {
    DirectoryObjectStore store = open();
    store.create(name("a"), new byte[100_000]);
    try (InputStream in = store.read(name("a"), ByteRange.ALL).orElseThrow()) {
      in.readNBytes(10);
      Files.writeString(temp.resolve("store/a"), "short");

      assertThatThrownBy(in::readAllBytes)
          .isInstanceOf(ObjectStoreException.class)
          .hasMessageContaining("shorter than it was");
    }
  }

  @Test
  void creatorsAndDeletersOfOneDirectoryDoNotDisturbEachOther() throws Exception {
    DirectoryObjectStore one = open();
    DirectoryObjectStore other = open();
    try (ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> done = new ArrayList<>();
      for (int worker = 0; worker < 8; worker++) {
        DirectoryObjectStore store = worker % 2 == 0 ? one : other;
        int id = worker;
        done.add(
            workers.submit(() -> {
              for (int i = 0; i < 60; i++) {
                ObjectName name = ObjectName.of("churn/deep/er", id, i);
                assertThat(store.create(name, bytes("x"))).isInstanceOf(Creation.Created.class);
                assertThat(store.stat(name)).isPresent();
                store.delete(List.of(name));
              }
            }));
      }
      for (Future<?> worker : done) {
        worker.get();
      }
    }
    assertThat(names(one)).isEmpty();
    assertThat(temp.resolve("store/churn")).doesNotExist();
  }

  @Test
  void openingAFileOrAMissingDirectoryIsRefused() throws IOException {
    Path file = Files.writeString(temp.resolve("file"), "x");

    assertThat(fault(() -> DirectoryObjectStore.open(file, Clock.systemUTC())))
        .hasMessageContaining("is not a directory");
    assertThat(
            fault(() -> DirectoryObjectStore.openExisting(temp.resolve("no"), Clock.systemUTC())))
        .hasMessageContaining("there is no directory");
    assertThat(temp.resolve("no")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "file:/srv/store, /srv/store",
    "file:///srv/store, /srv/store",
    "file:/srv/a%20b, /srv/a b",
    "file:/srv/x/../store/, /srv/store"
  })
  void urlsNameDirectories(String url, String directory) {
    assertThat(DirectoryObjectStores.directory(URI.create(url))).isEqualTo(Path.of(directory));
  }

  @Test
  void relativeUrlsAreBelowTheWorkingDirectory() {
    assertThat(DirectoryObjectStores.directory(URI.create("file:some/dir")))
        .isEqualTo(Path.of("some/dir").toAbsolutePath());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"s3+http://h/b", "file://host/dir", "file:/dir?x=1", "file:/dir#x", "dir"})
  void otherUrlsAreRefused(String url) {
    assertThatThrownBy(() -> DirectoryObjectStores.directory(URI.create(url)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(url);
  }
}
