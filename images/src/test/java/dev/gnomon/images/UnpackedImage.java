package dev.gnomon.images;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/// A tar of an image as a container engine reads it: the layers on each other below a root.
///
/// @param digests of the layers by the names of the history, in their order
/// @param files paths of each layer by its name
record UnpackedImage(
    Path root, JsonNode config, Map<String, String> digests, Map<String, List<String>> files) {
  private static final ObjectMapper JSON = new ObjectMapper();

  static UnpackedImage of(Path tar, Path scratch) throws IOException {
    Path parts = Files.createDirectories(scratch.resolve("parts"));
    Path root = Files.createDirectories(scratch.resolve("root"));
    List<String> ignored = unpack(Files.newInputStream(tar), parts);
    JsonNode manifest = JSON.readTree(parts.resolve("manifest.json").toFile()).get(0);
    JsonNode config = JSON.readTree(parts.resolve(manifest.get("Config").asText()).toFile());
    Map<String, String> digests = new LinkedHashMap<>();
    Map<String, List<String>> files = new LinkedHashMap<>();
    for (int i = 0; i < manifest.get("Layers").size(); i++) {
      String name = config.get("history").get(i).get("comment").asText();
      String blob = manifest.get("Layers").get(i).asText();
      digests.put(name, blob);
      files.put(name, unpack(new GZIPInputStream(Files.newInputStream(parts.resolve(blob))), root));
    }
    return new UnpackedImage(root, config, digests, files);
  }

  private static List<String> unpack(InputStream from, Path to) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream in =
        new TarArchiveInputStream(new BufferedInputStream(from, 1 << 16))) {
      for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Path at = to.resolve(entry.getName()).normalize();
        if (!at.startsWith(to)) {
          throw new IOException("a layer leads out of the image: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(at);
          continue;
        }
        Files.createDirectories(at.getParent());
        Files.copy(in, at);
        Files.setPosixFilePermissions(
            at,
            PosixFilePermissions.fromString(
                (entry.getMode() & 0100) != 0 ? "rwxr-xr-x" : "rw-r--r--"));
        Files.setLastModifiedTime(at, FileTime.from(entry.getLastModifiedTime().toInstant()));
        names.add("/" + entry.getName());
      }
    }
    return names;
  }

  /// The entry point, its files below the root, with more options of the JVM.
  List<String> command(String... more) {
    List<String> command = new ArrayList<>();
    for (JsonNode word : config.get("config").get("Entrypoint")) {
      String text = word.asText();
      if (command.isEmpty()) {
        command.add(root + text);
        command.addAll(List.of(more));
      } else {
        command.add(text.replace("=" + Layout.CACHE, "=" + root + Layout.CACHE));
      }
    }
    return command;
  }
}
