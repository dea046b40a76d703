package dev.gnomon.bench.work;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TreeDamageTest {
  private static final int FILES = 1200;

  @TempDir Path root;
  private final Map<String, FileTime> times = new HashMap<>();

  @BeforeEach
  void fill() throws Exception {
    for (int i = 0; i < FILES; i++) {
      Path file = Files.createDirectories(root.resolve("d" + i % 10)).resolve("f" + i);
      Files.writeString(file, "content of " + i);
      times.put(root.relativize(file).toString(), Files.getLastModifiedTime(file));
    }
  }

  @Test
  void everyPathThatItNamesIsDifferentAndNothingElse() throws Exception {
    TreeDigest before = TreeDigest.of(root);

    List<String> touched = TreeDamage.of(root).damage(7, true);

    assertThat(touched).hasSizeGreaterThan(FILES / 100);
    assertThat(before.changed(root, touched).differenceTo(TreeDigest.of(root))).isEmpty();
    for (String path : touched) {
      assertThat(before.differenceTo(before.changed(root, List.of(path)))).as(path).isPresent();
    }
  }

  @Test
  void someDamageKeepsSizeAndTime() throws Exception {
    List<String> unseen = new ArrayList<>();
    for (String path : TreeDamage.of(root).damage(7, true)) {
      Path file = root.resolve(path);
      if (times.containsKey(path)
          && Files.exists(file)
          && Files.getLastModifiedTime(file).equals(times.get(path))
          && Files.size(file) == ("content of " + path.replaceAll(".*f", "")).length()) {
        unseen.add(path);
      }
    }

    assertThat(unseen).isNotEmpty();
  }

  @Test
  void theSameSeedChangesTheSameFiles() throws Exception {
    TreeDamage damage = TreeDamage.of(root);

    assertThat(damage.edit(3)).isEqualTo(damage.edit(3)).isNotEqualTo(damage.edit(4));
  }
}
