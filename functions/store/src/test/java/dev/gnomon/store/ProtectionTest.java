package dev.gnomon.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.catalogue.OnChange;
import dev.gnomon.core.shadow.CaptureOutcome;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.verification.objects.InMemoryObjectStore;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Sources that lost their content, or can't be kept whole.
class ProtectionTest {
  @TempDir Path directory;
  private final InMemoryObjectStore objects = new InMemoryObjectStore();
  private final StoreFixture store = StoreFixture.on(objects);
  private Path source;

  @BeforeEach
  void fill() throws IOException {
    source = Files.createDirectory(directory.resolve("source"));
    Trees.shell(source, "for i in $(seq 20); do echo content $i > file$i; done");
  }

  @Test
  void anUnmountedSourceIsRefused() {
    Point point = store.capture(source);
    Trees.shell(source, "rm *");
    assertThat(store.outcome(StoreFixture.request(source)))
        .isEqualTo(
            new CaptureOutcome.Refused(
                "the source is empty, but site@1 had 20 files: is it not mounted?"));
    assertThat(store.store().shadows().points(StoreFixture.SITE)).containsExactly(point);
  }

  @Test
  void aMissingSourceIsRefused() {
    assertThat(store.outcome(StoreFixture.request(directory.resolve("nowhere"))))
        .isInstanceOfSatisfying(
            CaptureOutcome.Refused.class,
            refused -> assertThat(refused.reason()).contains("nowhere' is not a directory"));
    assertThat(store.outcome(StoreFixture.request(source.resolve("file1"))))
        .isInstanceOf(CaptureOutcome.Refused.class);
    assertThat(store.outcome(StoreFixture.request(Path.of("/"))))
        .isInstanceOf(CaptureOutcome.Refused.class);
  }

  @Test
  void anEmptySourceIsAPointIfItWasNeverAnythingElse() throws IOException {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Point point = store.capture(empty);
    store.restore(point.id(), directory.resolve("target"));
    assertThat(Trees.describe(directory.resolve("target"))).isEqualTo(Trees.describe(empty));
  }

  @Test
  void aSourceThatShrankByMoreThanHalfIsHeldUntilAPersonAcceptsIt() {
    store.capture(source);
    Trees.shell(source, "rm file1 file2 file3 file4 file5 file6 file7 file8 file9 file1?");
    Point held = store.capture(source);
    Point heldToo = store.capture(source);
    assertThat(held.held()).isTrue();
    assertThat(heldToo.held()).as("measured against what nobody doubts").isTrue();

    store.store().expiry().accept(held.id());

    assertThat(store.store().shadows().point(held.id()).orElseThrow().held()).isFalse();
    assertThat(store.store().shadows().points(StoreFixture.SITE))
        .extracting(Point::held)
        .containsExactly(true, false, false);
    assertThat(store.capture(source).held()).isFalse();
  }

  @Test
  void aSourceThatLostMoreThanHalfOfItsBytesIsHeld() {
    Trees.write(source.resolve("file1"), new byte[1_000_000]);
    store.capture(source);
    Trees.shell(source, ": > file1");
    assertThat(store.capture(source).held()).isTrue();
  }

  @Test
  void undoPointsRecordWhatIsThereAndMeasureNothing() {
    store.capture(source);
    Trees.shell(source, "rm *");
    Point undo =
        store.capture(StoreFixture.request(source, "undo", PointKind.UNDO, OnChange.RETRY));
    assertThat(undo.files()).isZero();
    assertThat(undo.held()).isFalse();
    Trees.shell(source, "for i in $(seq 60); do echo content $i > file$i; done");
    Point swollen =
        store.capture(StoreFixture.request(source, "undo2", PointKind.UNDO, OnChange.RETRY));
    Trees.shell(source, "rm file2? file3? file4? file5? file60");
    assertThat(swollen.files()).isEqualTo(60);
    assertThat(store.capture(source).held()).isFalse();
  }

  @Test
  void anUnreadableFileFailsTheCaptureAndIsNamed() {
    StoreFixture blind = StoreFixture.on(objects, unreadable("file7"));
    assertThatThrownBy(() -> blind.capture(source))
        .isInstanceOf(java.io.UncheckedIOException.class)
        .hasMessageContaining("can't read")
        .hasMessageContaining("source/file7")
        .hasMessageContaining("permission denied");
    assertThat(store.store().shadows().points(StoreFixture.SITE)).isEmpty();
  }

  @Test
  void anUndoPointNamesWhatItCouldNotReadAndARestoreMovesItAside() {
    Point good = store.capture(source);
    Trees.write(source.resolve("file7"), "nobody can read this");
    Trees.write(source.resolve("extra/file7"), "nor this");
    StoreFixture blind = StoreFixture.on(objects, unreadable("file7"));
    Point undo =
        blind.capture(StoreFixture.request(source, "undo", PointKind.UNDO, OnChange.RETRY));
    assertThat(undo.notKept())
        .containsExactly(
            new Point.NotKept("extra/file7", "can't be read: permission denied"),
            new Point.NotKept("file7", "can't be read: permission denied"));
    assertThat(undo.files()).isEqualTo(19);

    var report = blind.restore(good.id(), source);

    assertThat(source.resolve("file7")).hasContent("content 7");
    assertThat(report.movedAside()).hasSize(2);
    assertThat(report.movedAside()).anyMatch(aside -> aside.startsWith("file7 (now '"));
    assertThat(source.resolve("extra")).doesNotExist();
    assertThat(Trees.shell(directory, "cat source.gnomon-aside/*/file7"))
        .isEqualTo("nobody can read this");
    assertThat(Trees.shell(directory, "cat source.gnomon-aside/*/extra/file7"))
        .isEqualTo("nor this");
  }

  @Test
  void whatCantBeKeptIsNamedAndLeftAloneByRestores() {
    Trees.shell(
        source,
        """
        mkfifo pipe; echo x > .gnomon-tmp-1234
        """);
    boolean device = Trees.shell(source, "mknod null c 1 3 2>&1 || echo refused").isEmpty();
    Point point = store.capture(source);
    List<Point.NotKept> notKept =
        new ArrayList<>(
            List.of(
                new Point.NotKept(".gnomon-tmp-1234", "left over from a restore that was killed"),
                new Point.NotKept("pipe", "a fifo")));
    if (device) {
      notKept.add(1, new Point.NotKept("null", "a device"));
    } else {
      System.out.println("skipped: no device, for this user can't make one");
    }
    assertThat(point.notKept()).isEqualTo(notKept);
    Trees.shell(source, "rm file1");
    store.restore(point.id(), source);
    assertThat(Trees.shell(source, "ls -A | grep -v file"))
        .isEqualTo(device ? "null\npipe\n" : "pipe\n");
    assertThat(store.store().shadows().compare(point.id(), source, Progress.NONE).equal()).isTrue();
  }

  @Test
  void otherFileSystemsInsideAreNotCrossed() {
    Trees.shell(source, "mkdir mounted");
    Assumptions.assumeTrue(
        Trees.shell(source, "mount -t tmpfs none mounted 2>&1 || echo refused").isEmpty(),
        "skipped: mounting a tmpfs is refused here");
    try {
      Trees.shell(source, "echo foreign > mounted/file");
      Point point = store.capture(source);
      assertThat(point.notKept())
          .containsExactly(new Point.NotKept("mounted", "another file system is mounted here"));
      store.restore(point.id(), source);
      assertThat(source.resolve("mounted/file")).hasContent("foreign\n");
    } finally {
      Trees.shell(source, "umount mounted");
    }
  }

  /// Everything but what a restore wrote can't be read under this name.
  private static StoreSettings unreadable(String name) {
    return StoreSettings.DEFAULT.withFiles(file -> {
      if (file.path().endsWith(name)) {
        throw new AccessDeniedException(file.toString());
      }
      return SourceFiles.DIRECT.open(file);
    });
  }
}
