package dev.gnomon.filesystem.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// What damages a replica or its source, or gets in the way of a comparison, costs nothing that is
/// there.
class MirrorFaultsTest extends MirroredTree {
  @Test
  void damageThatLeavesNoTraceIsFoundByContent() throws IOException {
    byte[] content = new byte[3_000_000];
    Files.write(source.resolve("big"), content);
    Files.writeString(source.resolve("small"), "good");
    assertThat(everything(Depth.STATS).equal()).isTrue();
    for (String name : List.of("big", "small")) {
      damageUnseen(target.resolve(name));
    }
    Brought stats = everything(Depth.STATS);
    assertThat(stats.damaged()).isZero();

    Brought found = everything(Depth.CONTENT);

    assertThat(found.damaged()).isEqualTo(2);
    assertEqual("mended");
    assertThat(everything(Depth.CONTENT).damaged()).isZero();
  }

  /// As a disk does it: neither size nor any time tells. The memory is made to believe it.
  private void damageUnseen(Path file) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      int ignored = channel.write(ByteBuffer.wrap(new byte[] {'X'}), 1);
    }
    Files.setLastModifiedTime(file, time);
    int from = Descriptors.openDirectory(source);
    int to = Descriptors.openDirectory(target);
    try (Known known = Known.open(root.resolve("memory"))) {
      String name = file.getFileName().toString();
      known.put(Stat.of(from, name, name).orElseThrow(), Stat.of(to, name, name).orElseThrow());
      known.closeDurably();
    } finally {
      Descriptors.close(from);
      Descriptors.close(to);
    }
  }

  @Test
  void whatWasDoneToTheReplicaIsUndoneAlsoByStats() throws IOException {
    Files.writeString(source.resolve("file"), "good");
    assertThat(everything(Depth.STATS).equal()).isTrue();
    FileTime time = Files.getLastModifiedTime(target.resolve("file"));
    Files.writeString(target.resolve("file"), "evil");
    Files.setLastModifiedTime(target.resolve("file"), time);
    Files.writeString(target.resolve("stray"), "evil");

    Brought brought = everything(Depth.STATS);

    assertThat(brought.equal()).isTrue();
    assertEqual("undone");
  }

  @Test
  void anEmptiedSourceDoesNotEmptyTheReplica() throws IOException {
    new RandomTree(source, new Random(3)).steps(200);
    assertThat(everything(Depth.STATS).files()).isPositive();
    var before = TreeLook.of(target);
    TreeMirror.Control careful = control(files -> files > 0, () -> {});
    Path away = Files.move(source, root.resolve("away"));
    Files.createDirectory(source);
    Files.setLastModifiedTime(source, Files.getLastModifiedTime(away));

    try (TreeMirror mirror = open()) {
      Brought brought = mirror.everything(Depth.STATS, careful);

      assertThat(brought.keptBack()).isPositive();
      assertThat(brought.equal()).isFalse();
      assertThat(TreeLook.of(target).keySet()).isEqualTo(before.keySet());
    }
  }

  @Test
  void whatComesBackWhileEverythingIsComparedIsNotDeleted() throws IOException {
    fill(source);
    assertThat(everything(Depth.STATS).equal()).isTrue();
    for (String name : List.of("file", "directory/old", "directory", "link", "becomes-file/old")) {
      Files.delete(source.resolve(name));
    }
    Files.delete(source.resolve("becomes-file"));
    try (TreeMirror mirror = open()) {
      AtomicBoolean back = new AtomicBoolean();
      // Asked when all was looked at, and before anything is deleted.
      TreeMirror.Control control =
          control(files -> back.getAndSet(true) || bringBack(mirror), () -> {});

      Brought brought = mirror.everything(Depth.STATS, control);

      assertThat(brought.faults()).isEmpty();
      assertThat(brought.unsettled())
          .extracting(Change::path)
          .containsExactlyInAnyOrder("file", "directory", "link", "becomes-file");
      assertEqual("brought over in between");
      Brought again = mirror.changed(brought.unsettled(), FREE);
      assertThat(again.equal()).isTrue();
      assertThat(again.files()).isEqualTo(4);
    }
    assertEqual("compared again");
  }

  private static void fill(Path source) throws IOException {
    Files.writeString(source.resolve("stays"), "stays");
    Files.writeString(source.resolve("file"), "old");
    Files.createDirectory(source.resolve("directory"));
    Files.writeString(source.resolve("directory/old"), "old");
    Files.createSymbolicLink(source.resolve("link"), Path.of("old"));
    Files.createDirectory(source.resolve("becomes-file"));
    Files.writeString(source.resolve("becomes-file/old"), "old");
  }

  /// Makes anew what was deleted; a feed tells it, and it is brought over at once.
  private boolean bringBack(TreeMirror mirror) {
    try {
      Files.writeString(source.resolve("file"), "new");
      Files.createDirectory(source.resolve("directory"));
      Files.writeString(source.resolve("directory/new"), "new");
      Files.createSymbolicLink(source.resolve("link"), Path.of("new"));
      Files.writeString(source.resolve("becomes-file"), "new");
      return mirror
          .changed(
              List.of(
                  Change.of("file"),
                  Change.below("directory"),
                  Change.of("link"),
                  Change.of("becomes-file")),
              FREE)
          .equal();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void whatComesBackUntoldWhileEverythingIsComparedIsComparedAgain() throws IOException {
    fill(source);
    assertThat(everything(Depth.STATS).equal()).isTrue();
    Files.delete(source.resolve("file"));
    try (TreeMirror mirror = open()) {
      Brought brought =
          mirror.everything(
              Depth.STATS,
              control(
                  files -> {
                    try {
                      Files.createDirectory(source.resolve("file"));
                      return true;
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  },
                  () -> {}));

      assertThat(brought.unsettled()).containsExactly(Change.below("file"));
      assertThat(mirror.changed(brought.unsettled(), FREE).equal()).isTrue();
    }
    assertEqual("another kind came");
  }

  @Test
  void anotherDirectoryInPlaceOfTheSourceIsNotFollowed() throws IOException {
    Files.writeString(source.resolve("file"), "good");
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();
      Files.move(source, root.resolve("away"));
      Files.createDirectory(source);

      assertThatThrownBy(() -> mirror.changed(List.of(Change.EVERYTHING), FREE))
          .hasMessageContaining("another directory stands at");
    }
    assertThat(target.resolve("file")).hasContent("good");
  }

  @Test
  void aReplicaWithinItsSourceIsNotBroughtIntoItself() throws IOException {
    Files.createDirectories(source.resolve("a/b"));
    Files.writeString(source.resolve("a/b/file"), "x");
    target = Files.createDirectory(source.resolve("replica"));

    Brought brought = everything(Depth.STATS);

    assertThat(brought.faults()).singleElement().asString().contains("is the replica itself");
    assertThat(target.resolve("a/b/file")).hasContent("x");
    assertThat(target.resolve("replica")).doesNotExist();
  }

  @Test
  void aFileThatCantBeReadIsNamedAndKeepsNothingElseFromComing() throws IOException {
    assumeTrue(!"root".equals(System.getProperty("user.name")), "root may read everything");
    Files.writeString(source.resolve("closed"), "x");
    Files.setPosixFilePermissions(source.resolve("closed"), java.util.Set.of());
    Files.writeString(source.resolve("open"), "x");

    Brought brought = everything(Depth.STATS);

    assertThat(brought.faults()).singleElement().asString().contains("closed");
    assertThat(target.resolve("open")).hasContent("x");
  }
}
