package dev.gnomon.images;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import com.google.common.io.MoreFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Hashes of 64 hexadecimal digits.
final class Sha256 {
  private Sha256() {}

  static String of(Path file) throws IOException {
    return MoreFiles.asByteSource(file).hash(Hashing.sha256()).toString();
  }

  /// Of texts in their order; where one ends is part of it.
  static String ofTexts(List<String> texts) {
    Hasher hasher = Hashing.sha256().newHasher();
    texts.forEach(text -> hasher.putInt(text.length()).putUnencodedChars(text));
    return hasher.hash().toString();
  }

  /// Of names and contents of all files of a directory, or of one file.
  static String ofTree(Path root) throws IOException {
    List<String> parts = new ArrayList<>();
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        parts.add(root.relativize(file).toString());
        parts.add(of(file));
      }
    }
    return ofTexts(parts);
  }
}
