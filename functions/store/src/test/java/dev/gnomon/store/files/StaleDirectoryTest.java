package dev.gnomon.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Errno;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A file server answers ESTALE for a directory that is open. There is none here: the answer is put
/// in the place of a call's, and what is opened after it is looked at.
class StaleDirectoryTest {
  @TempDir Path temp;
  private Path inner;

  @BeforeEach
  void makeTree() throws IOException {
    assumeTrue(FileCalls.available(), "SKIPPED StaleDirectoryTest: needs the calls of Linux");
    inner = Files.createDirectories(temp.resolve("outer/inner"));
    Files.writeString(inner.resolve("old"), "old");
  }

  /// Somebody else has put another directory in its place: the one that is there now is used.
  private void exchange() throws IOException {
    Files.move(temp.resolve("outer"), temp.resolve("away"));
    Files.createDirectories(inner);
    Files.writeString(inner.resolve("new"), "new");
  }

  @Test
  void aStaleDirectoryIsOpenedAnewFromTheRootAndTheCallGoesOn() throws IOException {
    try (OpenTree tree = OpenTree.of(temp)) {
      LinuxEntry file = (LinuxEntry) tree.root().below("outer/inner/file");
      assertThat(file.stat()).isEmpty(); // opens the directories on the way
      exchange();
      List<List<String>> seen = new ArrayList<>();

      List<String> names =
          file.inDirectory(directory -> {
            seen.add(Entries.names(directory, ""));
            if (seen.size() == 1) {
              throw new CallFailed("look at", "file", Errno.ESTALE);
            }
            return seen.getLast();
          });

      assertThat(seen.getFirst()).containsExactly("old");
      assertThat(names).containsExactly("new");
      assertThat(tree.root().below("outer/inner/new").stat()).isPresent();
    }
  }

  @Test
  void aDirectoryThatStaysStaleIsAFaultThatNamesTheEntry() throws IOException {
    try (OpenTree tree = OpenTree.of(temp)) {
      assertThat(
              callsUntil(
                  tree,
                  Errno.ESTALE,
                  FileSystemException.class,
                  "outer/inner/file",
                  "Stale file handle"))
          .isEqualTo(5);
    }
  }

  @Test
  void otherFaultsAreNotTriedAgain() throws IOException {
    try (OpenTree tree = OpenTree.of(temp)) {
      assertThat(callsUntil(tree, Errno.EIO, IOException.class, "Input/output error")).isEqualTo(1);
    }
  }

  /// How often a call is made that always answers so, until its fault comes out.
  ///
  /// @param said in that
  private static int callsUntil(
      OpenTree tree, int errno, Class<? extends IOException> fault, String... said) {
    LinuxEntry file = (LinuxEntry) tree.root().below("outer/inner/file");
    int[] calls = {0};
    assertThatThrownBy(() ->
            file.inDirectory(directory -> {
              calls[0]++;
              throw new CallFailed("look at", "file", errno);
            }))
        .isInstanceOf(fault)
        .hasMessageContainingAll(said);
    return calls[0];
  }

  /// Another directory under the root's path would be another tree.
  @Test
  void theRootStaysTheOneThatWasOpened() throws IOException {
    try (OpenTree tree = OpenTree.of(temp.resolve("outer"))) {
      LinuxEntry file = (LinuxEntry) tree.root().child("file");
      assertThat(file.stat()).isEmpty();
      exchange();
      int[] calls = {0};

      List<String> names =
          file.inDirectory(directory -> {
            if (calls[0]++ == 0) {
              throw new CallFailed("look at", "file", Errno.ESTALE);
            }
            return ((LinuxEntry) tree.root().child("inner").child("x"))
                .inDirectory(inside -> Entries.names(inside, ""));
          });

      assertThat(names).containsExactly("old");
    }
  }

  /// Whoever is using a directory keeps it: nothing is closed under anybody's hands.
  @Test
  void aDirectoryThatAnotherCallUsesIsNotClosed() throws IOException {
    try (OpenTree tree = OpenTree.of(temp)) {
      LinuxEntry file = (LinuxEntry) tree.root().below("outer/inner/file");

      List<String> names =
          file.inDirectory(outside -> {
            int[] calls = {0};
            boolean done =
                file.inDirectory(directory -> {
                  if (calls[0]++ == 0) {
                    throw new CallFailed("look at", "file", Errno.ESTALE);
                  }
                  return true;
                });
            assertThat(done).isTrue();
            return Entries.names(outside, "");
          });

      assertThat(names).containsExactly("old");
    }
  }
}
