package dev.gnomon.filesystem.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DirectoryMirrorTest extends MirroredTree {
  @Test
  void aRandomTreeThatGoesOnChangingIsFollowedByStats() throws IOException {
    long seed = System.nanoTime();
    RandomTree tree = new RandomTree(source, new Random(seed));
    for (int round = 0; round < 40; round++) {
      tree.steps(25);
      try (TreeMirror mirror = open()) {
        Brought brought = mirror.everything(Depth.STATS, FREE);
        assertThat(brought.faults()).as("seed %d, round %d", seed, round).isEmpty();
      }
      assertEqual("seed %d, round %d".formatted(seed, round));
    }
  }

  @Test
  void withNothingChangedNothingIsWritten() throws IOException {
    new RandomTree(source, new Random(7)).steps(300);
    Brought first = everything(Depth.STATS);
    assertThat(first.written()).isPositive();

    Brought second = everything(Depth.STATS);

    assertThat(second.written() + second.deleted()).isZero();
    assertThat(second.equal()).isTrue();
    assertThat(second.files()).isEqualTo(first.files());
  }

  @Test
  void onlyWhatIsNamedIsLookedAt() throws IOException {
    Files.writeString(source.resolve("named"), "one");
    Files.writeString(source.resolve("other"), "one");
    try (TreeMirror mirror = open()) {
      Brought all = mirror.everything(Depth.STATS, FREE);
      Files.writeString(source.resolve("named"), "changed");
      Files.writeString(source.resolve("other"), "changed");

      Brought brought = mirror.changed(List.of(Change.of("named")), FREE);

      assertThat(brought.written()).isEqualTo(1);
      assertThat(brought.files()).isEqualTo(all.files());
    }
    assertThat(target.resolve("named")).hasContent("changed");
    assertThat(target.resolve("other")).hasContent("one");
  }

  @Test
  void aMovedTreeIsMovedAndNotCopied() throws IOException {
    Path big = Files.createDirectories(source.resolve("old/deep"));
    Files.write(big.resolve("file"), new byte[2_000_000]);
    try (TreeMirror mirror = open()) {
      Brought all = mirror.everything(Depth.STATS, FREE);
      assertThat(all.files()).isEqualTo(1);
      Object inode = Files.getAttribute(target.resolve("old/deep/file"), "unix:ino");
      Files.move(source.resolve("old"), source.resolve("new"));

      Brought brought =
          mirror.changed(
              List.of(Change.of("old"), new Change("new", true, Optional.of("old"))), FREE);

      assertThat(brought.written()).isZero();
      assertThat(Files.getAttribute(target.resolve("new/deep/file"), "unix:ino")).isEqualTo(inode);
    }
    assertEqual("after the move");
  }

  @Test
  void whatCameAndWentShowsInTheTimeOfItsDirectory() throws IOException {
    Files.createDirectory(source.resolve("d"));
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();
      Files.writeString(source.resolve("d/x"), "x");
      Files.delete(source.resolve("d/x"));

      assertThat(mirror.changed(List.of(Change.of("d/x")), FREE).unsettled()).isEmpty();
    }
    assertEqual("after it went");
  }

  @Test
  void whatWentAndCameBackShowsInTheTimeOfItsDirectory() throws IOException {
    Files.createDirectories(source.resolve("emptied/again"));
    Files.createDirectories(source.resolve("left/moved"));
    Files.createDirectory(source.resolve("linking"));
    Files.createSymbolicLink(source.resolve("linking/link"), Path.of("to"));
    for (String name : List.of("emptied", "left", "linking")) {
      Files.setLastModifiedTime(source.resolve(name), FileTime.fromMillis(1));
    }
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();

      Files.delete(source.resolve("emptied/again"));
      Files.createDirectory(source.resolve("emptied/again"));
      follow(mirror, Change.below("emptied/again"));
      assertEqual("a directory is made anew");

      Files.move(source.resolve("left/moved"), source.resolve("away"));
      Files.move(source.resolve("away"), source.resolve("left/moved"));
      follow(
          mirror,
          new Change("away", true, Optional.of("left/moved")),
          new Change("left/moved", true, Optional.of("away")));
      assertEqual("a directory is moved, and back");

      Files.delete(source.resolve("linking/link"));
      Files.createSymbolicLink(source.resolve("linking/link"), Path.of("to"));
      follow(mirror, Change.of("linking/link"));
    }
    assertEqual("a symbolic link is made anew");
  }

  @Test
  void aFileBecomesADirectoryAndADirectoryAFile() throws IOException {
    Files.writeString(source.resolve("x"), "file");
    Files.createDirectories(source.resolve("y/z"));
    Files.writeString(source.resolve("y/z/file"), "file");
    try (TreeMirror mirror = open()) {
      assertThat(mirror.everything(Depth.STATS, FREE).equal()).isTrue();
      Files.delete(source.resolve("x"));
      Files.createDirectory(source.resolve("x"));
      Files.writeString(source.resolve("x/file"), "below");
      Files.delete(source.resolve("y/z/file"));
      Files.delete(source.resolve("y/z"));
      Files.delete(source.resolve("y"));
      Files.createSymbolicLink(source.resolve("y"), Path.of("x"));

      Brought brought = mirror.changed(List.of(Change.of("x"), Change.of("y")), FREE);

      assertThat(brought.faults()).isEmpty();
    }
    assertEqual("kinds changed");
  }

  @Test
  void holesStayHoles() throws IOException {
    Path file = source.resolve("sparse");
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE_NEW,
            StandardOpenOption.WRITE,
            StandardOpenOption.SPARSE)) {
      int ignored = channel.write(ByteBuffer.wrap(new byte[] {1}), 64 << 20);
    }
    assertThat(everything(Depth.STATS).equal()).isTrue();
    assertEqual("sparse");

    int at = Descriptors.openDirectory(target);
    try {
      assertThat(Stat.of(at, "sparse", "sparse").orElseThrow().blocks()).isLessThan(1000);
    } finally {
      Descriptors.close(at);
    }
  }

  @Test
  void ofABigFileOnlyTheBlocksThatDifferAreWritten() throws IOException {
    byte[] content = new byte[8_000_000];
    new Random(1).nextBytes(content);
    Files.write(source.resolve("big"), content);
    assertThat(everything(Depth.STATS).equal()).isTrue();
    Object inode = Files.getAttribute(target.resolve("big"), "unix:ino");
    try (FileChannel channel = FileChannel.open(source.resolve("big"), StandardOpenOption.WRITE)) {
      int ignored = channel.write(ByteBuffer.wrap(new byte[] {42}), 4_000_000);
    }

    assertThat(everything(Depth.STATS).equal()).isTrue();

    assertEqual("one block");
    assertThat(Files.getAttribute(target.resolve("big"), "unix:ino")).isEqualTo(inode);
  }

  @Test
  void whatIsNoPartOfAPointIsNoPartOfTheReplica() throws Exception {
    assumeTrue(
        new ProcessBuilder("mkfifo", source.resolve("fifo").toString()).start().waitFor() == 0,
        "needs mkfifo");
    Files.writeString(source.resolve(".gnomon-tmp-1"), "left over");
    Files.writeString(target.resolve(".gnomon-tmp-2"), "left over by a killed sync");

    assertThat(everything(Depth.STATS).equal()).isTrue();

    assertThat(target).isEmptyDirectory();
  }
}
