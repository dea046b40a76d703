package dev.gnomon.bench;

import dev.gnomon.local.cli.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;

/// The file of `--out`: the old report or the new one, never a part.
public final class ReportFile {
  private ReportFile() {}

  /// @throws Failure before hours are spent on a report that can't be kept
  public static void check(Path file) {
    if (Files.isDirectory(file)) {
      throw Failure.wrongUse("--out needs a file, " + file + " is a directory");
    }
    Path parent = parent(file);
    if (!Files.isDirectory(parent) || !Files.isWritable(parent)) {
      throw Failure.wrongUse("--out: " + parent + " is not a directory that can be written");
    }
  }

  public static void write(Path file, String text) throws IOException {
    Path part = Files.createTempFile(parent(file), ".bench", ".part");
    try {
      Files.writeString(part, text);
      Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
  }

  private static Path parent(Path file) {
    return Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file has a directory");
  }
}
