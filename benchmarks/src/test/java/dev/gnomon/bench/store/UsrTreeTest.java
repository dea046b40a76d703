package dev.gnomon.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeSize;
import dev.gnomon.bench.work.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UsrTreeTest {
  @TempDir Path usr;
  @TempDir Path copy;

  @BeforeEach
  void fill() throws Exception {
    for (int i = 0; i < 20; i++) {
      Files.writeString(Files.createDirectories(usr.resolve("share/d" + i)).resolve("f"), "12345");
    }
    Files.createLink(usr.resolve("share/linked"), usr.resolve("share/d0/f"));
  }

  @Test
  void copiesUntilItIsEnoughAndBreaksHardLinks() throws Exception {
    TreeSize size = UsrTree.copy(usr, copy, 50, 21);

    assertThat(size).isEqualTo(Trees.size(copy)).isEqualTo(new TreeSize(21, 105));
    assertThat(Files.getAttribute(copy.resolve("share/linked"), "unix:nlink")).isEqualTo(1);
  }

  @Test
  void saysWhatIsMissingWhereThereIsTooLittle() {
    assertThatThrownBy(() -> UsrTree.copy(usr, copy, 1000, 21))
        .isInstanceOf(RoundFailedException.class)
        .hasMessageContaining("21 readable files with 105 bytes, expected at least 21 with 1000")
        .hasMessageContaining("--path");
  }
}
