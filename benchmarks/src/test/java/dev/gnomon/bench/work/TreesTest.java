package dev.gnomon.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreesTest {
  @TempDir Path directory;

  private Path tree() throws IOException {
    Path tree = Files.createDirectories(directory.resolve("tree/src/target")).getParent();
    Files.writeString(tree.resolve("a.txt"), "12345");
    Files.writeString(tree.resolve("target/b.class"), "123");
    Files.createSymbolicLink(tree.resolve("link"), directory.resolve("outside"));
    return directory.resolve("tree");
  }

  @Test
  void countsRegularFilesOnly() throws IOException {
    assertThat(Trees.size(tree())).isEqualTo(new TreeSize(2, 8));
  }

  @Test
  void copiesAllButWhatIsLeftOut() throws IOException {
    Path copy = Files.createDirectory(directory.resolve("copy"));

    Trees.copy(tree(), Set.of("target"), copy);

    assertThat(copy.resolve("src/a.txt")).hasContent("12345");
    assertThat(copy.resolve("src/link")).isSymbolicLink();
    assertThat(copy.resolve("src/target")).doesNotExist();
    assertThat(Files.getLastModifiedTime(copy.resolve("src/a.txt")))
        .isEqualTo(Files.getLastModifiedTime(directory.resolve("tree/src/a.txt")));
  }

  @Test
  void deletesATreeAndNothingThatItLinksTo() throws IOException {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.writeString(outside.resolve("kept"), "kept");
    Path tree = tree();

    Trees.delete(tree);
    Trees.delete(tree);

    assertThat(tree).doesNotExist();
    assertThat(outside.resolve("kept")).exists();
  }

  @Test
  void keepsWhatIsDoneWithWhileEnoughOfTheDiskIsFree() throws IOException {
    Path tree = tree();

    Trees.discard(tree, 0);

    assertThat(tree.resolve("src/a.txt")).exists();
  }

  @Test
  void removesWhatIsDoneWithWhenLittleOfTheDiskIsFree() throws IOException {
    Path tree = tree();

    Trees.discard(tree, Long.MAX_VALUE);
    Trees.discard(tree, Long.MAX_VALUE);

    assertThat(tree).doesNotExist();
  }
}
