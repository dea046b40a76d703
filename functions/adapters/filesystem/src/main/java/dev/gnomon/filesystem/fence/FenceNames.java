package dev.gnomon.filesystem.fence;

import dev.gnomon.core.ids.Epoch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.stream.StreamSupport;

/// The names around one location. All are siblings of it and begin with a dot and the location's
/// own name, so that a process that starts anew finds them, and so that a rename stays in one
/// directory.
///
/// @param location absolute, its parent free of symbolic links
record FenceNames(Path location) {
  /// Longest name of a location that the suffixes still fit behind (255 bytes is the usual limit);
  /// longer ones are replaced by a hash.
  private static final int MAX_NAME_BYTES = 180;

  /// The names around a configured path.
  ///
  /// @throws IllegalArgumentException if no directory may be fenced there, whatever it holds
  /// @throws IOException if its parent can't be reached
  static FenceNames of(String configured) throws IOException {
    Path path = Path.of(configured);
    if (!path.isAbsolute()) {
      throw new IllegalArgumentException("a location must be an absolute path: " + configured);
    }
    if (path.getNameCount() == 0) {
      throw new IllegalArgumentException("the root directory can't be fenced: " + configured);
    }
    for (Path name : path) {
      if (name.toString().equals("..") || name.toString().equals(".")) {
        throw new IllegalArgumentException(
            "a location must not hold '" + name + "': " + configured);
      }
    }
    Path parent = Objects.requireNonNull(path.getParent()).toRealPath();
    return new FenceNames(parent.resolve(path.getFileName()));
  }

  Path parent() {
    return Objects.requireNonNull(location.getParent());
  }

  /// Where the tree is while it is fenced.
  Path hidden() {
    return sibling("fenced");
  }

  /// Says what was fenced, for which epoch; there from before the first change to after the last.
  Path state() {
    return sibling("fence.json");
  }

  /// Where what writers put at the location goes: the first free of `...stray-7`, `...stray-7.2`
  /// ...
  Path freeStray(long epoch) {
    Path stray = sibling("stray-" + epoch);
    for (int n = 2; Files.exists(stray, LinkOption.NOFOLLOW_LINKS); n++) {
      stray = sibling("stray-" + epoch + "." + n);
    }
    return stray;
  }

  /// What was moved aside from this location by the fence of an epoch, oldest first.
  List<Path> strays(Epoch epoch) throws IOException {
    String prefix = sibling("stray-").getFileName().toString();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(parent())) {
      return StreamSupport.stream(entries.spliterator(), false)
          .filter(entry -> number(entry, prefix + epoch).isPresent())
          .sorted(Comparator.comparing(entry -> number(entry, prefix + epoch).orElse(0)))
          .toList();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  private static OptionalLong number(Path entry, String first) {
    String name = entry.getFileName().toString();
    if (name.equals(first)) {
      return OptionalLong.of(1);
    }
    return name.startsWith(first + ".") && name.substring(first.length() + 1).matches("[0-9]{1,9}")
        ? OptionalLong.of(Long.parseLong(name.substring(first.length() + 1)))
        : OptionalLong.empty();
  }

  private Path sibling(String suffix) {
    String name = location.getFileName().toString();
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    String stem = bytes.length <= MAX_NAME_BYTES ? name : hash(bytes);
    return location.resolveSibling("." + stem + ".gnomon-" + suffix);
  }

  private static String hash(byte[] name) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(name);
      return HexFormat.of().formatHex(hash, 0, 16);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
