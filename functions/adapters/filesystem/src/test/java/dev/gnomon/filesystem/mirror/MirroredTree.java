package dev.gnomon.filesystem.mirror;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.TreeMirror;
import dev.gnomon.core.replica.TreeMirror.Brought;
import dev.gnomon.core.replica.TreeMirror.Depth;
import dev.gnomon.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.LongPredicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/// A tree and its replica, for tests of what brings one to the other.
abstract class MirroredTree {
  @TempDir Path root;
  Path source;
  Path target;

  /// So late that every file counts as having rested.
  final Clock later = Clock.offset(Clock.systemUTC(), Duration.ofHours(1));

  @BeforeEach
  void make() throws IOException {
    assumeTrue(Linux.isAvailable(), "needs 64-bit Linux");
    source = Files.createDirectory(root.resolve("source"));
    target = Files.createDirectory(root.resolve("target"));
  }

  TreeMirror open() throws IOException {
    return DirectoryMirror.mirrors(later).open(source, target, root.resolve("memory"));
  }

  static TreeMirror.Control control(LongPredicate mayShrink, Runnable between) {
    return new TreeMirror.Control() {
      @Override
      public boolean stopped() {
        return false;
      }

      @Override
      public boolean mayShrinkTo(long files) {
        return mayShrink.test(files);
      }

      @Override
      public void between() {
        between.run();
      }
    };
  }

  static final TreeMirror.Control FREE = control(files -> true, () -> {});

  Brought everything(Depth depth) throws IOException {
    try (TreeMirror mirror = open()) {
      return mirror.everything(depth, FREE);
    }
  }

  void assertEqual(String what) throws IOException {
    assertThat(TreeLook.differences(source, target)).as(what).isEmpty();
  }

  /// Brings over what is told, and what is left of it after that.
  static void follow(TreeMirror mirror, Change... changes) throws IOException {
    List<Change> told = List.of(changes);
    for (int round = 0; round < 3 && !told.isEmpty(); round++) {
      Brought brought = mirror.changed(told, FREE);
      assertThat(brought.faults()).isEmpty();
      told = brought.unsettled();
    }
    assertThat(told).isEmpty();
  }
}
