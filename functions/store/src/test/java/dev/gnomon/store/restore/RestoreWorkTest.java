package dev.gnomon.store.restore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.StoreWorkbench;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.files.EntryAt;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.OpenTree;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What the thread that walks changes once a task of a restore has failed.
class RestoreWorkTest {
  private static final Meta META = new Meta(0644, 0, 0, 1_000_000_000, 0, new TreeMap<>());

  @TempDir Path target;

  private final BlobReader reader = new StoreWorkbench().reader();
  private final OrderedTasks tasks = new OrderedTasks(1);
  private OpenTree tree;
  private EarlyFlush flush;
  private String readAt = "";
  private RestoreWork work;

  @BeforeEach
  void begin() throws IOException {
    Files.createDirectories(target.resolve("dir/sub"));
    for (String name : new String[] {"file", "dir/a", "dir/b", "dir/c", "dir/sub/d"}) {
      Files.writeString(target.resolve(name), name);
    }
    tree = OpenTree.of(target);
    flush = new EarlyFlush(tree.root());
    work =
        new RestoreWork(
            PointId.parse("site@1"),
            reader,
            new EntryWriter(
                tree.root(),
                reader,
                () -> UUID.randomUUID().toString(),
                new EntryWriter.Refusals(),
                flush,
                Runnable::run),
            new FileContents(file -> {
              if (file.name().equals(readAt)) {
                fail();
              }
              return file.open();
            }),
            tasks,
            Progress.NONE,
            FileStat.of(target).orElseThrow().device(),
            false);
  }

  @AfterEach
  void end() throws IOException {
    tasks.close();
    flush.close();
    tree.close();
  }

  private void fail() {
    tasks.submit(
        () -> {
          throw new IllegalStateException("a file is damaged");
        },
        nothing -> {});
    Patience.await().untilAsserted(() -> damaged(tasks::requireNoFault));
  }

  private static void damaged(ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("a file is damaged");
  }

  private EntryAt at(String path) {
    return tree.root().below(path);
  }

  private Optional<FileStat> there(String path) throws IOException {
    return at(path).stat();
  }

  private String names() throws IOException {
    try (var all = Files.walk(target)) {
      return String.join(
          " ",
          all.map(target::relativize)
              .map(Path::toString)
              .filter(n -> !n.isEmpty())
              .sorted()
              .toList());
    }
  }

  @Test
  void afterAFaultNothingIsDeletedReplacedOrMoved() throws IOException {
    String before = names();
    Optional<FileStat> file = there("file");
    Optional<FileStat> dir = there("dir");
    fail();

    damaged(() -> work.extra("file", at("file"), file.orElseThrow()));
    damaged(() -> work.extra("dir", at("dir"), dir.orElseThrow()));
    damaged(() -> work.entry("file", at("file"), new Entry.SymlinkEntry("file", META, "to"), file));
    damaged(() -> work.entry("dir", at("dir"), new Entry.SymlinkEntry("dir", META, "to"), dir));
    damaged(() -> work.unreadable("dir", at("dir"), new IOException("no names")));

    assertThat(names()).isEqualTo(before);
    assertThat(Files.isSymbolicLink(target.resolve("file"))).isFalse();
  }

  @Test
  void theDeletionOfADirectoryEndsWithAFaultToo() throws IOException {
    readAt = "b"; // before it is deleted

    damaged(() -> work.extra("dir", at("dir"), there("dir").orElseThrow()));

    assertThat(names()).isEqualTo("dir dir/c dir/sub dir/sub/d file");
  }
}
