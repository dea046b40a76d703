package dev.gnomon.local.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.verification.disks.SmallDisk;
import dev.gnomon.verification.waits.Patience;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Disks that fill up under a command, which is repeated when there is space.
class FullDiskCommandTest {
  private static final int DISK_MEBIBYTES = 32;
  private static final int LARGE_BYTES = 6 << 20;
  private static final int SMALL_FILES = 300;
  private static final int SMALL_BYTES = 5000;
  private static final long LITTLE_BYTES = 2 << 20;

  @TempDir Path work;
  private Path site;

  @BeforeEach
  void makeSite() throws IOException {
    site = Files.createDirectory(work.resolve("site"));
    Files.write(site.resolve("large"), random(0, LARGE_BYTES));
    for (int i = 0; i < SMALL_FILES; i++) {
      Path directory = Files.createDirectories(site.resolve("d" + i % 10));
      Files.write(directory.resolve("f" + i), random(i, SMALL_BYTES));
    }
  }

  private static byte[] random(int seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// Contents by relative path.
  private static Map<String, byte[]> files(Path root) throws IOException {
    Map<String, byte[]> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(root)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(root.relativize(file).toString(), Files.readAllBytes(file));
      }
    }
    return files;
  }

  private static void requireEqual(Path actual, Path expected) throws IOException {
    Map<String, byte[]> wanted = files(expected);
    Map<String, byte[]> found = files(actual);
    assertThat(found).containsOnlyKeys(wanted.keySet());
    wanted.forEach((path, content) -> assertThat(found.get(path)).as(path).isEqualTo(content));
  }

  /// What no program but this one should have left there.
  private static List<String> temporaries(Path root) throws IOException {
    try (Stream<Path> all = Files.walk(root)) {
      return all.map(path -> root.relativize(path).toString())
          .filter(path -> path.contains(".gnomon-tmp") || path.contains("~tmp/"))
          .toList();
    }
  }

  @Test
  void aShadowOfWhichTheStoreTakesAPartIsTakenWhenThereIsSpace() throws IOException {
    try (SmallDisk disk = SmallDisk.mounted(work, DISK_MEBIBYTES)) {
      String store = "file:" + disk.root().resolve("store");
      String[] shadow = {"shadow", "--store", store, "--path", site.toString()};
      disk.fill(LITTLE_BYTES);

      Shell full = Shell.run(shadow);

      assertThat(full.code()).isEqualTo(1);
      assertThat(full.err())
          .contains("the disk is full: free space", disk.root().resolve("store").toString())
          .doesNotContain("this is a bug");
      Patience.await() // a pack beside the one that failed may be under way yet
          .untilAsserted(() -> assertThat(temporaries(disk.root())).isEmpty());
      disk.free();
      Shell check = Shell.run("store", "check", "--read-data=100", "--store", store);
      assertThat(check.code()).as(check.err()).isZero();
      assertThat(Shell.run("points", "list", "--store", store).out()).doesNotContain("site@");
      Shell again = Shell.run(shadow);
      assertThat(again.code()).as(again.err()).isZero();
      Path restored = work.resolve("restored");
      Shell back =
          Shell.run("restore", "--store", store, "--point", "site@1", "--to", restored.toString());
      assertThat(back.code()).as(back.err()).isZero();
      requireEqual(restored, site);
    }
  }

  @Test
  void aRestoreThatFillsTheDiskIsFinishedWhenThereIsSpace() throws IOException {
    String store = "file:" + work.resolve("store");
    assertThat(Shell.run("shadow", "--store", store, "--path", site.toString()).code()).isZero();
    try (SmallDisk disk = SmallDisk.mounted(work, DISK_MEBIBYTES)) {
      Path target = Files.createDirectory(disk.root().resolve("target"));
      Files.writeString(target.resolve("large"), "as it was");
      String[] restore = {
        "restore", "--store", store, "--point", "site@1", "--to", target.toString()
      };
      disk.fill(LITTLE_BYTES);

      Shell full = Shell.run(restore);

      assertThat(full.code()).isEqualTo(1);
      assertThat(full.err())
          .contains("No space left on device", target + "/")
          .doesNotContain("this is a bug");
      assertThat(target.resolve("large")).hasContent("as it was");
      assertThat(temporaries(disk.root())).isEmpty();
      Map<String, byte[]> wanted = files(site);
      files(target)
          .forEach((path, content) -> {
            if (!path.equals("large")) { // what is there is whole: it is kept by the next run
              assertThat(content).as(path).isEqualTo(wanted.get(path));
            }
          });
      disk.free();
      Shell again = Shell.run(restore);
      assertThat(again.code()).as(again.err()).isZero();
      requireEqual(target, site);
      assertThat(temporaries(disk.root())).isEmpty();
    }
  }

  @Test
  void anUndoThatFillsTheDiskIsFinishedWhenThereIsSpace() throws IOException {
    String store = "file:" + work.resolve("store");
    try (SmallDisk disk = SmallDisk.mounted(work, DISK_MEBIBYTES)) {
      Path live = Files.createDirectory(disk.root().resolve("live"));
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < SMALL_FILES; i++) {
        lines.add(put("before" + i, "k" + i % 10 + "/f" + i, Integer.toString(i).repeat(4000)));
      }
      for (int i = 0; i < SMALL_FILES; i++) {
        lines.add(put("after" + i, "k" + i % 10 + "/f" + i, "x"));
        Path file = live.resolve("k" + i % 10 + "/f" + i);
        Files.createDirectories(file.getParent());
        Files.writeString(file, "x");
      }
      Path file = Files.write(work.resolve("lines"), lines);
      Shell appended =
          Shell.run("journal", "append", "site", "--file", file.toString(), "--store", store);
      assertThat(appended.code()).as(appended.err()).isZero();
      disk.fill(LITTLE_BYTES / 4);
      String[] undo = {
        "journal",
        "undo",
        "site",
        "--after",
        Integer.toString(SMALL_FILES),
        "--in",
        live.toString(),
        "--store",
        store
      };

      Shell full = Shell.run(undo);

      assertThat(full.code()).isEqualTo(1);
      assertThat(full.err())
          .contains("No space left on device", live.toString(), "'k", "goes on with it")
          .doesNotContain("this is a bug");
      assertThat(temporaries(disk.root())).isEmpty();
      assertThat(files(live)).hasSize(SMALL_FILES);
      files(live)
          .forEach((path, content) -> {
            int number = Integer.parseInt(path.substring(path.indexOf('f') + 1));
            assertThat(new String(content, StandardCharsets.UTF_8))
                .as(path)
                .isIn("x", Integer.toString(number).repeat(4000));
          });
      disk.free();
      Shell again = Shell.run(undo);
      assertThat(again.code()).as(again.err()).isZero();
      for (int i = 0; i < SMALL_FILES; i++) {
        assertThat(live.resolve("k" + i % 10 + "/f" + i))
            .hasContent(Integer.toString(i).repeat(4000));
      }
      assertThat(temporaries(disk.root())).isEmpty();
    }
  }

  private static String put(String id, String key, String text) {
    return """
    {"id":"%s","time":"2026-01-01T10:00:00Z","writes":[{"op":"put","key":"%s","text":"%s"}]}\
    """
        .formatted(id, key, text);
  }
}
