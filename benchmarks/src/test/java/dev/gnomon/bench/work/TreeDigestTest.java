package dev.gnomon.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Both ways of comparing trees find the same differences.
class TreeDigestTest {
  private static final FileTime TIME = FileTime.from(Instant.parse("2026-01-02T03:04:05Z"));

  @TempDir Path temp;
  private Path one = Path.of("");
  private Path other = Path.of("");

  @BeforeEach
  void twoEqualTrees() throws IOException {
    one = tree("one");
    other = tree("other");
  }

  private Path tree(String name) throws IOException {
    Path root = temp.resolve(name);
    Files.createDirectories(root.resolve("a/b/c"));
    Files.createDirectories(root.resolve("empty"));
    for (String file : new String[] {"x", "a/x", "a/b/y", "a/b/c/z"}) {
      Files.writeString(root.resolve(file), "content of " + file);
      Files.setLastModifiedTime(root.resolve(file), TIME);
    }
    Files.createSymbolicLink(root.resolve("a/link"), Path.of("b/y"));
    return root;
  }

  private interface Change {
    void to(Path tree) throws IOException;
  }

  private void isFound(Change change, String path) throws Exception {
    change.to(other);
    assertThat(TreeDigest.difference(one, other).orElseThrow()).contains("'" + path + "'");
    assertThat(TreeDigest.difference(other, one)).isPresent();
    assertThat(TreeDigest.of(one).differenceTo(TreeDigest.of(other))).isPresent();
  }

  @Test
  void equalTreesDoNotDiffer() throws Exception {
    assertThat(TreeDigest.difference(one, other)).isEmpty();
    assertThat(TreeDigest.of(one).differenceTo(TreeDigest.of(other))).isEqualTo(Optional.empty());
  }

  @Test
  void aFlippedByteUnderTheSameTimeIsFound() throws Exception {
    isFound(
        tree -> {
          Files.writeString(tree.resolve("a/b/c/z"), "Content of a/b/c/z");
          Files.setLastModifiedTime(tree.resolve("a/b/c/z"), TIME);
        },
        "a/b/c/z");
  }

  @Test
  void anotherTimeIsFound() throws Exception {
    isFound(tree -> Files.setLastModifiedTime(tree.resolve("a/x"), FileTime.fromMillis(1)), "a/x");
  }

  @Test
  void anotherModeIsFound() throws Exception {
    isFound(
        tree ->
            Files.setPosixFilePermissions(
                tree.resolve("a/b"), PosixFilePermissions.fromString("rwx------")),
        "a/b");
  }

  @Test
  void anotherTargetOfALinkIsFound() throws Exception {
    isFound(
        tree -> {
          Files.delete(tree.resolve("a/link"));
          Files.createSymbolicLink(tree.resolve("a/link"), Path.of("b/z"));
        },
        "a/link");
  }

  @Test
  void aMissingFileIsFound() throws Exception {
    isFound(tree -> Files.delete(tree.resolve("a/b/y")), "a/b");
  }

  @Test
  void aDirectoryInPlaceOfAFileIsFound() throws Exception {
    isFound(
        tree -> {
          Files.delete(tree.resolve("a/b/y"));
          Files.createDirectory(tree.resolve("a/b/y"));
        },
        "a/b/y");
  }

  @Test
  void aFileTooManyIsFound() throws Exception {
    isFound(tree -> Files.createFile(tree.resolve("empty/more")), "empty");
  }
}
