package dev.gnomon.bench.growth;

import dev.gnomon.bench.work.MadeUp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;

/// Makes a tree of small files of text, none like another.
final class SmallFiles {
  private static final int EACH_DIRECTORY = 500;
  private static final int MIN_BYTES = 100;
  private static final int MAX_BYTES = 300;
  private static final int TEXT_BYTES = 16 << 20;

  private SmallFiles() {}

  /// @param to an existing empty directory
  static void make(Path to, int count) throws IOException {
    Random random = new Random(count);
    byte[] text = MadeUp.text(TEXT_BYTES, count);
    Path directory = to;
    for (int i = 0; i < count; i++) {
      if (i % EACH_DIRECTORY == 0) {
        directory = Files.createDirectory(to.resolve("d" + i / EACH_DIRECTORY));
      }
      int from = random.nextInt(TEXT_BYTES - MAX_BYTES);
      byte[] content = Arrays.copyOfRange(text, from, from + random.nextInt(MIN_BYTES, MAX_BYTES));
      Files.write(directory.resolve("f" + i), content);
    }
  }
}
