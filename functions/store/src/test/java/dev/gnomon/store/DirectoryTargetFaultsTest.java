package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.KeyedTarget.Batch;
import dev.gnomon.core.journal.KeyedTarget.Prepared;
import dev.gnomon.linux.Linux;
import dev.gnomon.store.journal.DirectoryTarget;
import dev.gnomon.verification.disks.OpenFiles;
import dev.gnomon.verification.disks.SmallDisk;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import dev.gnomon.verification.waits.Patience;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a directory that takes values back has open after a fault.
class DirectoryTargetFaultsTest {
  /// More than stay open.
  private static final int MANY = 200;

  @TempDir Path temp;
  private Path root = Path.of("");

  @BeforeEach
  void aDirectory() throws IOException {
    assumeTrue(Linux.isAvailable(), "directories can be held open on 64-bit Linux only");
    root = Files.createDirectory(temp.resolve("root"));
  }

  private DirectoryTarget target() {
    return DirectoryTarget.of(root, () -> UUID.randomUUID().toString());
  }

  private static Supplier<InputStream> text(String text) {
    return () -> new ByteArrayInputStream(text.getBytes(UTF_8));
  }

  private static void put(DirectoryTarget target, String key) {
    Targets.put(target, Key.utf8(key), Map.of(), text(key));
  }

  @Test
  void faultsLeaveNothingOpenAndNothingHalfWritten() throws IOException {
    Path outside = Files.createDirectory(temp.resolve("outside"));
    Files.createDirectories(root.resolve("dir/sub"));
    Files.writeString(root.resolve("file"), "x");
    Trees.shell(root, "mkfifo fifo");
    Files.createSymbolicLink(root.resolve("link"), outside);
    DirectoryTarget target = target();
    put(target, "exchanged/sub/open");
    put(target, "vanishing/sub/open");
    Files.move(root.resolve("exchanged"), temp.resolve("moved"));
    Files.createSymbolicLink(root.resolve("exchanged"), outside);
    Trees.shell(root, "rm -r vanishing");

    for (String key : new String[] {"link/x", "file/x", "dir", "fifo"}) {
      assertThatThrownBy(() -> put(target, key))
          .as(key)
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(key);
    }
    put(target, "exchanged/new/x"); // where it is by now
    put(target, "vanishing/sub/other"); // made again
    assertThatThrownBy(() ->
            Targets.put(
                target,
                Key.utf8("dir/unreadable"),
                Map.of(),
                () ->
                    new InputStream() {
                      @Override
                      public int read() throws IOException {
                        throw new IOException("gone");
                      }
                    }))
        .hasMessageContaining("gone");
    assertThatThrownBy(() ->
            Targets.put(
                target,
                Key.utf8("dir/missing"),
                Map.of(),
                () -> {
                  throw new IllegalStateException("no content");
                }))
        .hasMessage("no content");
    assertThatThrownBy(() ->
            Targets.put(
                target, Key.utf8("dir/mode"), Map.of(DirectoryTarget.MODE, "rwx"), text("x")))
        .isInstanceOf(Refusal.class);
    for (String key : new String[] {"link/x", "file/x", "dir", "fifo", "none/x", "exchanged/x"}) {
      assertThat(target.read(Key.utf8(key))).as(key).isEmpty();
      target.delete(Key.utf8(key));
    }
    target.flush();

    assertThat(OpenFiles.below(temp)).isEmpty();
    assertThat(outside).isEmptyDirectory();
    assertThat(temp.resolve("moved/new/x")).exists();
    assertThat(Trees.shell(temp, "find . -name '.gnomon*' -o -name unreadable -o -name missing"))
        .isEmpty();
  }

  /// What is replaced gives its room to what comes next.
  @Test
  void valuesFindRoomOneAfterTheOtherWhereThereIsLittle() throws IOException {
    try (SmallDisk disk = SmallDisk.mounted(temp, 32)) {
      Path files = Files.createDirectory(disk.root().resolve("files"));
      JournalFixture journal = JournalFixture.on(new InMemoryObjectStore(), new TickingClock());
      for (int round = 1; round <= 2; round++) {
        for (int i = 0; i < 10; i++) {
          byte[] value = Trees.random(100L * round + i, 1 << 20);
          Files.write(files.resolve("f" + i), value);
          journal.append(
              JournalFixture.transaction(
                  "t" + round + "-" + i, JournalFixture.put("f" + i, value)));
        }
      }
      disk.fill(3 << 20);

      DirectoryTarget target = DirectoryTarget.of(files, () -> UUID.randomUUID().toString());
      journal.replay().undo(10, target, "test");

      for (int i = 0; i < 10; i++) {
        assertThat(Files.readAllBytes(files.resolve("f" + i)))
            .isEqualTo(Trees.random(100L + i, 1 << 20));
      }
      assertThat(Trees.shell(files, "ls -A | grep -v ^f || true")).isEmpty();
    }
  }

  @Test
  void aRootThatIsExchangedEndsTheWorkWithNothingOpen() throws IOException {
    DirectoryTarget target = target();
    for (int i = 0; i < MANY; i++) {
      put(target, "d" + i + "/file");
    }
    target.flush(); // what is looked at next is opened anew
    Files.move(root, temp.resolve("moved"));
    Files.createDirectory(root);

    assertThatThrownBy(() -> put(target, "new/file"))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("another directory is here");
    assertThatThrownBy(target::flush)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("another directory is here");

    assertThat(OpenFiles.below(temp)).isEmpty();
    assertThat(root).isEmptyDirectory();
  }

  @Test
  void workThatIsGivenUpWithoutAFlushIsReleased() throws IOException {
    DirectoryTarget target = target();
    giveUp(target);
    target.close();
    assertThat(OpenFiles.below(temp)).isEmpty();
  }

  /// What went wrong first is what the user has to know.
  @Test
  void aReleaseThatFailsClosesAllAndHidesNothing() throws IOException {
    DirectoryTarget target = target();
    Path mark = root.resolve(".gnomon-tmp-writing");

    assertThatThrownBy(
            () -> {
              try (target) {
                put(target, "a/b");
                Files.delete(mark);
                Files.createDirectory(mark); // can't be removed as a file
                put(target, "a");
              }
            })
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("writing 'a'")
        .satisfies(fault ->
            assertThat(fault.getSuppressed())
                .singleElement()
                .satisfies(second -> assertThat(second).hasMessageContaining("flushing")));

    assertThat(OpenFiles.below(temp)).isEmpty();
  }

  @Test
  void anErrorLeavesNothingOfWhatWasPrepared() throws IOException {
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
    JournalFixture journal = JournalFixture.on(new InMemoryObjectStore(), new TickingClock());
    journal.append(
        JournalFixture.transaction(
            "t1", JournalFixture.put("a", "1"), JournalFixture.put("d/b", "1")));

    try (DirectoryTarget target = target()) {
      assertThatThrownBy(() -> journal.replay().restore(1, failingToSettle(target, error)))
          .isSameAs(error);
      assertThat(files()).isEqualTo(".gnomon-tmp-writing");
    }

    assertThat(files()).isEmpty();
  }

  private static KeyedTarget failingToSettle(KeyedTarget target, Error error) {
    return (KeyedTarget)
        Proxy.newProxyInstance(
            KeyedTarget.class.getClassLoader(),
            new Class<?>[] {KeyedTarget.class},
            (proxy, method, arguments) ->
                method.getName().equals("batch")
                    ? failingToSettle(target.batch(), error)
                    : method.invoke(target, arguments));
  }

  private static Batch failingToSettle(Batch batch, Error error) {
    return new Batch() {
      @Override
      public Prepared prepare(
          Key key, Map<String, String> metadata, Supplier<InputStream> content) {
        return batch.prepare(key, metadata, content);
      }

      @Override
      public void settle() {
        throw error;
      }
    };
  }

  @Test
  void aPreparedFileThatCantBeDroppedIsLeftToTheNextRun() throws IOException {
    try (DirectoryTarget target = target()) {
      Prepared prepared = target.batch().prepare(Key.utf8("a"), Map.of(), text("a"));
      Trees.shell(root, "for f in .gnomon-tmp-*-1; do rm $f; mkdir $f; done");

      assertThatThrownBy(prepared::drop).hasMessageContaining("tidying beside 'a'");
      put(target, "b");
      target.flush();
    }

    assertThat(files()).isEqualTo(".gnomon-tmp-writing b");
  }

  @Test
  void aPreparedFileThatCouldNotBeDroppedIsDroppedByALaterFlush() throws IOException {
    try (DirectoryTarget target = target()) {
      Prepared prepared = target.batch().prepare(Key.utf8("a"), Map.of(), text("a"));
      Trees.shell(root, "for f in .gnomon-tmp-*-1; do rm $f; mkdir $f; done");
      assertThatThrownBy(prepared::drop).hasMessageContaining("tidying beside 'a'");
      Trees.shell(root, "for f in .gnomon-tmp-*-1; do rmdir $f; touch $f; done");

      put(target, "b");
      target.flush();
    }

    assertThat(files()).isEqualTo("b");
  }

  private String files() {
    return Trees.shell(root, "find . -type f -printf '%f\\n' | LC_ALL=C sort")
        .strip()
        .replace("\n", " ");
  }

  @Test
  void workThatIsGivenUpWithoutAFlushIsClosedWhenNobodyHoldsIt() throws IOException {
    giveUp(target());
    Patience.await()
        .until(() -> {
          System.gc();
          return OpenFiles.below(temp).isEmpty();
        });
  }

  private void giveUp(DirectoryTarget target) throws IOException {
    put(target, "a/b/c");
    Files.createDirectory(root.resolve("dir"));
    assertThatThrownBy(() -> put(target, "dir")).isInstanceOf(UncheckedIOException.class);
    assertThat(OpenFiles.below(temp)).isNotEmpty();
  }
}
