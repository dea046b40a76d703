package dev.gnomon.images;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// The command line, for Jobs such as knative/cell-init: what the launcher runs its commands with,
/// without what only a stack needs.
public record Cli() implements Application {
  private static final String MAIN = "dev.gnomon.local.cli.Gnomon";

  /// Zip knows no zone; any fixed time will do.
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  @Override
  public String word() {
    return "cli";
  }

  @Override
  public Path module(Path checkout) {
    return checkout.resolve("local-dev");
  }

  /// Writes the jar that names the class to run and, in a fixed order, ours first, all others: one
  /// explicit class path, which the cache is made for.
  ///
  /// @param jars relative to the directory in which the jar will lie, with slashes
  static Path jar(List<String> jars, Path to) throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, MAIN);
    attributes.put(Attributes.Name.CLASS_PATH, String.join(" ", jars));
    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(to))) {
      ZipEntry entry = new ZipEntry(JarFile.MANIFEST_NAME);
      entry.setTimeLocal(TIME);
      zip.putNextEntry(entry);
      manifest.write(zip);
      zip.closeEntry();
    }
    return to;
  }
}
