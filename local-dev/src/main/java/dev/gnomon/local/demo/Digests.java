package dev.gnomon.local.demo;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/// What a tree holds: a line for each path with kind, mode, owner, modification time and SHA-256.
/// Only the JDK is used, so that it is a witness independent of the store.
final class Digests {
  private static final int BUFFER = 1 << 18;

  private Digests() {}

  /// @param skip top-level names that are left out
  static Map<String, String> of(Path root, Predicate<String> skip) throws IOException {
    Map<String, String> lines = new TreeMap<>();
    byte[] buffer = new byte[BUFFER];
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (directory.equals(root)) {
              return FileVisitResult.CONTINUE;
            }
            if (directory.startsWith(root)
                && root.relativize(directory).getNameCount() == 1
                && skip.test(root.relativize(directory).toString())) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            lines.put(name(directory), "d " + owner(directory));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            String line;
            if (attributes.isSymbolicLink()) {
              line = "l " + Files.readSymbolicLink(file);
            } else if (attributes.isRegularFile()) {
              line =
                  "f %s %s %s"
                      .formatted(
                          owner(file), attributes.lastModifiedTime().toInstant(), sha256(file));
            } else {
              line = "other";
            }
            lines.put(name(file), line);
            return FileVisitResult.CONTINUE;
          }

          private String name(Path path) {
            return root.relativize(path).toString();
          }

          private String sha256(Path file) throws IOException {
            MessageDigest digest = newDigest();
            try (InputStream in = Files.newInputStream(file)) {
              for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
              }
            }
            return HexFormat.of().formatHex(digest.digest());
          }
        });
    return lines;
  }

  private static String owner(Path path) throws IOException {
    Map<String, Object> attributes =
        Files.readAttributes(path, "unix:mode,uid,gid", LinkOption.NOFOLLOW_LINKS);
    return "%s %s:%s"
        .formatted(attributes.get("mode"), attributes.get("uid"), attributes.get("gid"));
  }

  private static MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// The first differences, for people; empty if the trees are equal.
  static String difference(Map<String, String> expected, Map<String, String> actual) {
    StringBuilder text = new StringBuilder();
    int count = 0;
    Map<String, String> all = new TreeMap<>(expected);
    all.putAll(actual);
    for (String path : all.keySet()) {
      String wanted = expected.getOrDefault(path, "nothing");
      String found = actual.getOrDefault(path, "nothing");
      if (!wanted.equals(found) && count++ < 5) {
        text.append("%n  %s: expected %s, found %s".formatted(path, wanted, found));
      }
    }
    return count == 0 ? "" : count + " paths differ:" + text;
  }
}
