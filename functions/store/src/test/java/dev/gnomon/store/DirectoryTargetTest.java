package dev.gnomon.store;

import static dev.gnomon.store.JournalFixture.delete;
import static dev.gnomon.store.JournalFixture.put;
import static dev.gnomon.store.JournalFixture.transaction;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.Replay.Plan;
import dev.gnomon.store.journal.DirectoryTarget;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Moments of a journal in a directory and in objects.
class DirectoryTargetTest {
  @TempDir Path temp;

  private final TickingClock clock = new TickingClock();
  private final InMemoryObjectStore objects = new InMemoryObjectStore(clock);
  private final JournalFixture journal = JournalFixture.on(objects, clock);
  private Path root = Path.of("");

  @BeforeEach
  void aDirectory() throws IOException {
    root = Files.createDirectory(temp.resolve("root"));
  }

  private DirectoryTarget target() {
    return DirectoryTarget.of(root, () -> UUID.randomUUID().toString());
  }

  @Test
  void aMomentBecomesFilesAndNothingElse() throws IOException {
    journal.append(
        transaction("t1", put("a/b/c", "1"), put("a-b", "2"), put("gr\u00f6\u00dfe/x", "3")));
    journal.append(transaction("t2", delete("a/b/c"), put("a/b", "now a file")));
    journal.append(transaction("t3", put("big", Trees.random(1, 3_000_000))));
    Files.writeString(root.resolve("stray"), "stray");

    Plan first = journal.replay().restore(1, target());
    assertThat(Files.readString(root.resolve("a/b/c"))).isEqualTo("1");
    assertThat(root.resolve("stray")).doesNotExist();
    assertThat(first.deletes()).isEqualTo(1);
    assertThat(first.puts()).isEqualTo(3);

    journal.replay().restore(2, target());
    assertThat(Files.readString(root.resolve("a/b"))).isEqualTo("now a file");

    journal.replay().restore(3, target());
    assertThat(Files.readAllBytes(root.resolve("big"))).isEqualTo(Trees.random(1, 3_000_000));
    Plan nothing = journal.replay().plan(3, target(), step -> {});
    assertThat(nothing.puts() + nothing.deletes()).isZero();

    journal.replay().restore(1, target());
    assertThat(Files.readString(root.resolve("a/b/c"))).isEqualTo("1");
    try (var all = Files.walk(root)) {
      assertThat(all.filter(Files::isRegularFile)).hasSize(3);
    }
  }

  @Test
  void aDirectoryThatOthersRemovedMeanwhileIsMadeAgain() throws IOException {
    DirectoryTarget target = target();
    Targets.put(
        target, Key.utf8("a/b/f"), Map.of(), () -> new ByteArrayInputStream("1".getBytes(UTF_8)));
    Trees.shell(root, "rm -r a");
    Targets.put(
        target, Key.utf8("a/b/c/g"), Map.of(), () -> new ByteArrayInputStream("2".getBytes(UTF_8)));
    target.flush();
    assertThat(root.resolve("a/b/c/g")).hasContent("2");
  }

  @Test
  void aFlippedByteIsFoundAndMended() throws IOException {
    journal.append(transaction("t1", put("a", "content")));
    journal.replay().restore(1, target());
    Files.writeString(root.resolve("a"), "cOntent");

    assertThat(journal.replay().plan(1, target(), step -> {}).puts()).isEqualTo(1);
    journal.replay().restore(1, target());

    assertThat(Files.readString(root.resolve("a"))).isEqualTo("content");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../out",
        "/etc/x",
        "a/../../out",
        "a//b",
        "a/",
        ".",
        "..",
        "a/./b",
        "nul\0",
        ".gnomon-tmp-x"
      })
  void aKeyThatCouldLeadOutIsRefusedBeforeAnythingIsWritten(String key) {
    journal.append(transaction("t1", put("fine", "1"), put(key, "2")));

    assertThatThrownBy(() -> journal.replay().restore(1, target())).isInstanceOf(Refusal.class);
    assertThatThrownBy(() -> journal.replay().undo(0, target(), "test"))
        .isInstanceOf(Refusal.class);

    assertThat(root).isEmptyDirectory();
    assertThat(temp.resolve("out")).doesNotExist();
  }

  @Test
  void aSymbolicLinkOnTheWayIsNotFollowed() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("x"), "theirs");
    Files.createSymbolicLink(root.resolve("link"), outside);
    journal.append(transaction("t1", put("link/x", "ours")));

    assertThatThrownBy(() -> journal.replay().restore(1, target()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a symbolic link is where a directory has to be");

    target().delete(Key.utf8("link/x"));
    assertThat(target().read(Key.utf8("link/x"))).isEmpty();
    assertThat(Files.readString(outside.resolve("x"))).isEqualTo("theirs");
  }

  /// Somebody who may write below the root exchanges a directory that was looked at.
  @Test
  void aDirectoryThatBecomesALinkLeadsNobodyOut() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.writeString(outside.resolve("x"), "theirs");
    DirectoryTarget target = target();
    Targets.put(target, Key.utf8("dir/x"), Map.of(), () -> stream("ours"));
    assertThat(target.item(Key.utf8("dir/x"))).isPresent();
    Files.move(root.resolve("dir"), root.resolve("moved"));
    Files.createSymbolicLink(root.resolve("dir"), outside);

    Targets.put(target, Key.utf8("dir/new"), Map.of(), () -> stream("ours"));
    Targets.put(target, Key.utf8("dir/x"), Map.of(), () -> stream("ours again"));
    target.delete(Key.utf8("dir/x"));

    assertThat(outside.resolve("new")).doesNotExist();
    assertThat(outside.resolve("x")).hasContent("theirs");
    target.flush();
    assertThatThrownBy(() -> Targets.put(target, Key.utf8("dir/y"), Map.of(), () -> stream("ours")))
        .hasMessageContaining("a symbolic link is where a directory has to be");
    assertThat(target.item(Key.utf8("dir/x"))).isEmpty();
    assertThat(outside.toFile().list()).containsExactly("x");
  }

  @Test
  void aDirectoryThatBecomesALinkWhileAFileIsWrittenLeadsNobodyOut() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));

    Targets.put(
        target(),
        Key.utf8("dir/x"),
        Map.of(),
        () -> {
          exchange(root.resolve("dir"), outside);
          return stream("ours");
        });

    assertThat(outside).isEmptyDirectory();
    assertThat(root.resolve("moved/x")).hasContent("ours");
  }

  private void exchange(Path directory, Path link) {
    try {
      Files.move(directory, root.resolve("moved"));
      Files.createSymbolicLink(directory, link);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void anotherRootInThePlaceOfTheFirstIsRefused() throws IOException {
    DirectoryTarget target = target();
    Files.move(root, temp.resolve("moved"));
    Files.createDirectory(root);

    assertThatThrownBy(() -> Targets.put(target, Key.utf8("a"), Map.of(), () -> stream("ours")))
        .hasMessageContaining("another directory is here than when the work began");
    assertThat(root).isEmptyDirectory();
  }

  /// More than stay open; two threads empty and fill directories beside each other.
  @Test
  void manyDirectoriesComeAndGo() throws Exception {
    DirectoryTarget target = target();
    List<Thread> threads = new ArrayList<>();
    List<Throwable> faults = java.util.Collections.synchronizedList(new ArrayList<>());
    for (int thread = 0; thread < 2; thread++) {
      String mine = "t" + thread;
      Thread.Builder builder = Thread.ofPlatform();
      threads.add(
          builder.start(() -> {
            try {
              for (int i = 0; i < 400; i++) {
                Targets.put(
                    target, Key.utf8("d" + i % 200 + "/e/" + mine), Map.of(), () -> stream("x"));
                target.delete(Key.utf8("d" + (i + 100) % 200 + "/e/" + mine));
              }
            } catch (Throwable e) {
              faults.add(e);
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(faults).isEmpty();
    target.flush();
    try (var all = Files.walk(root)) {
      assertThat(all.filter(Files::isDirectory).filter(path -> path.toFile().list().length == 0))
          .isEmpty();
    }
  }

  @Test
  void aSymbolicLinkInTheLastPlaceIsNeitherFollowedNorReplaced() throws IOException {
    Path outside = Files.writeString(temp.resolve("outside"), "theirs");
    Files.createSymbolicLink(root.resolve("a"), outside);
    journal.append(transaction("t1", put("a", "ours")));

    assertThatThrownBy(() -> journal.replay().restore(1, target()))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("a symbolic link is where a file has to be");

    assertThat(Files.readString(outside)).isEqualTo("theirs");
    assertThat(Files.isSymbolicLink(root.resolve("a"))).isTrue();
  }

  @Test
  void modeStaysThatOfTheFileThatIsReplaced() throws IOException {
    Path file = Files.writeString(root.resolve("a"), "old");
    Files.setAttribute(file, "unix:mode", 0640);

    Targets.put(target(), Key.utf8("a"), Map.of(), () -> stream("new"));
    Targets.put(target(), Key.utf8("b"), Map.of("mode", "755"), () -> stream("new"));

    assertThat(mode(file)).isEqualTo(0640);
    assertThat(mode(root.resolve("b"))).isEqualTo(0755);
  }

  @Test
  void theAccessListStaysThatOfTheFileThatIsReplaced() throws IOException {
    Path listed = Files.writeString(root.resolve("listed"), "old");
    AccessLists.give(listed, AccessLists.ACCESS, AccessLists.readableByUser1000());
    Path plain = Files.writeString(root.resolve("plain"), "old");
    Files.setAttribute(plain, "unix:mode", 0640);
    AccessLists.give(root, AccessLists.DEFAULT, AccessLists.ofOwnerAndUser1000());
    List<Integer> during = new ArrayList<>();

    Targets.put(
        target(),
        Key.utf8("listed"),
        Map.of(),
        () -> {
          during.addAll(modesOfTemporaryFiles());
          return stream("new");
        });
    Targets.put(
        target(),
        Key.utf8("plain"),
        Map.of(),
        () -> {
          during.addAll(modesOfTemporaryFiles());
          return stream("new");
        });

    assertThat(during).containsExactly(0600, 0600);
    assertThat(listed).hasContent("new");
    assertThat(mode(listed)).isEqualTo(0640);
    assertThat(AccessLists.of(listed)).contains(AccessLists.readableByUser1000());
    assertThat(plain).hasContent("new");
    assertThat(mode(plain)).isEqualTo(0640);
    assertThat(AccessLists.of(plain)).isEmpty();
  }

  private List<Integer> modesOfTemporaryFiles() {
    return Trees.shell(root, "find . -name '.gnomon-tmp-*' -size 0 -links 1 -printf '%m %p\\n'")
        .lines()
        .filter(line -> !line.endsWith("writing"))
        .map(line -> Integer.parseInt(line.substring(0, line.indexOf(' ')), 8))
        .toList();
  }

  @Test
  void keysComeInTheOrderOfTheirBytes() throws IOException {
    for (String name : List.of("a/x", "a-b", "a.c/d/e", "a0", "b", "a/y")) {
      Path file = root.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, name);
    }
    List<String> keys = new ArrayList<>();
    for (var items = target().items(); items.hasNext(); ) {
      keys.add(items.next().key().raw());
    }
    assertThat(keys).containsExactly("a-b", "a.c/d/e", "a/x", "a/y", "a0", "b").isSorted();
  }

  @Test
  void bytesThatAreNoTextAreKeysToo() {
    Key key = Key.of(new byte[] {'d', '/', (byte) 0xff, (byte) 0xfe});
    DirectoryTarget target = target();
    Targets.put(target, key, Map.of(), () -> stream("x"));

    assertThat(target.items().next()).isEqualTo(new KeyedTarget.Item(key, 1));
    target.delete(key);
    target.flush();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void aPreparedValueShowsWhenItIsPublishedAndNotBefore() throws IOException {
    Files.writeString(root.resolve("a"), "old");
    DirectoryTarget target = target();

    KeyedTarget.Prepared kept =
        target.batch().prepare(Key.utf8("a"), Map.of(), () -> stream("new"));
    KeyedTarget.Prepared dropped =
        target.batch().prepare(Key.utf8("b"), Map.of(), () -> stream("never"));
    target.batch().settle();
    assertThat(root.resolve("a")).hasContent("old");
    dropped.drop();
    kept.publish();
    kept.drop();
    target.close();

    assertThat(root.resolve("a")).hasContent("new");
    assertThat(names()).containsExactly("a");
  }

  @Test
  void whatOneRunPreparedAndAKillLeftIsTidiedByTheNext() throws IOException {
    target().batch().prepare(Key.utf8("d/a"), Map.of(), () -> stream("left by a kill"));
    target().batch().prepare(Key.utf8("d/b"), Map.of(), () -> stream("left by a kill, too"));
    DirectoryTarget target = target();
    KeyedTarget.Prepared own =
        target.batch().prepare(Key.utf8("d/c"), Map.of(), () -> stream("own"));

    Targets.put(target, Key.utf8("d/e"), Map.of(), () -> stream("e"));
    own.publish();
    target.flush();

    assertThat(names()).containsExactlyInAnyOrder("d/c", "d/e");
  }

  /// It did not come to where the killed one was.
  @Test
  void whatAKillLeftIsTidiedAlsoAfterARunThatFailed() throws IOException {
    target().batch().prepare(Key.utf8("z/a"), Map.of(), () -> stream("left by a kill"));
    try (DirectoryTarget failing = target()) {
      Targets.put(failing, Key.utf8("a/b"), Map.of(), () -> stream("b"));
      assertThatThrownBy(() -> Targets.put(failing, Key.utf8("a"), Map.of(), () -> stream("a")))
          .hasMessageContaining("a directory is where a file has to be");
    }
    DirectoryTarget target = target();

    Targets.put(target, Key.utf8("z/c"), Map.of(), () -> stream("c"));
    target.flush();

    assertThat(names()).containsExactlyInAnyOrder("a/b", "z/c");
  }

  @Test
  void aPreparedFileThatOthersRemovedIsWrittenAgain() throws IOException {
    DirectoryTarget target = target();
    KeyedTarget.Prepared first =
        target.batch().prepare(Key.utf8("d/a"), Map.of(), () -> stream("1"));
    KeyedTarget.Prepared second =
        target.batch().prepare(Key.utf8("e/b"), Map.of(), () -> stream("2"));
    Trees.shell(root, "rm -r d; rm e/.gnomon-tmp-*");

    first.publish();
    second.publish();
    target.flush();

    assertThat(root.resolve("d/a")).hasContent("1");
    assertThat(root.resolve("e/b")).hasContent("2");
    assertThat(names()).containsExactlyInAnyOrder("d/a", "e/b");
  }

  @Test
  void aFaultLeavesOldValuesAndNoTemporaryFiles() throws IOException {
    journal.append(transaction("t1", put("a", "1"), put("b", "1"), put("c/d", "1")));
    journal.append(transaction("t2", put("a", "2"), put("b", "2"), put("c/d", "2")));
    journal.replay().restore(2, target());
    Files.delete(root.resolve("c/d"));
    Files.createSymbolicLink(root.resolve("c/d"), Path.of("elsewhere"));

    assertThatThrownBy(() -> journal.replay().undo(1, target(), "test"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("'c/d'")
        .hasMessageContaining("a symbolic link is where a file has to be");

    assertThat(root.resolve("a")).hasContent("2");
    assertThat(root.resolve("b")).hasContent("2");
    assertThat(names()).containsExactlyInAnyOrder("a", "b", ".gnomon-tmp-writing");
    target().close(); // of another one, which did not write: the mark stays for the next that does
    assertThat(names()).contains(".gnomon-tmp-writing");
  }

  /// Of all regular files.
  private List<String> names() throws IOException {
    try (var all = Files.walk(root)) {
      return all.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
          .map(file -> root.relativize(file).toString())
          .toList();
    }
  }

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static int mode(Path file) throws IOException {
    return ((Number) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS)).intValue()
        & 0777;
  }
}
