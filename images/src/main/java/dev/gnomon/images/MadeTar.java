package dev.gnomon.images;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What is remembered beside the tar of an image, so that it is not made again while nothing
/// changed. The tar is believed only if it still has the content that it was written with.
///
/// @param made the fingerprint of all that goes into the image
/// @param digest of its manifest
/// @param tar SHA-256 of the tar
record MadeTar(@Nullable String made, @Nullable String digest, @Nullable String tar) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// @return the digest of the image, if the tar is one that was made of this
  static Optional<String> digest(Path tar, String made) throws IOException {
    Path record = record(tar);
    if (!Files.isRegularFile(record) || !Files.isRegularFile(tar)) {
      return Optional.empty();
    }
    try {
      MadeTar found = JSON.readValue(record.toFile(), MadeTar.class);
      boolean same = found != null && made.equals(found.made) && Sha256.of(tar).equals(found.tar);
      return same ? Optional.ofNullable(found.digest) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty(); // cut short
    }
  }

  /// Puts a finished tar at its place, and then what it is made of beside it.
  static void put(Path finished, Path tar, String made, String digest) throws IOException {
    MadeTar remembered = new MadeTar(made, digest, Sha256.of(finished));
    replace(finished, tar);
    Path written = Path.of(record(tar) + ".new");
    JSON.writeValue(written.toFile(), remembered);
    replace(written, record(tar));
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path record(Path tar) {
    return tar.resolveSibling(tar.getFileName() + ".made.json");
  }
}
