package dev.gnomon.bench.work;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Shell scripts that play programs.
public final class Scripts {
  private Scripts() {}

  public static Path script(Path file, String body) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + body + "\n");
    if (!file.toFile().setExecutable(true)) {
      throw new IOException("can't make " + file + " executable");
    }
    return file;
  }
}
