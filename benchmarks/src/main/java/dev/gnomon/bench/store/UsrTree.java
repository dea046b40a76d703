package dev.gnomon.bench.store;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import dev.gnomon.bench.work.RoundFailedException;
import dev.gnomon.bench.work.TreeSize;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;

/// The default input: a copy of parts of /usr, with hard links broken, until it is big enough.
final class UsrTree {
  static final long LEAST_BYTES = 2L << 30;
  static final long LEAST_FILES = 20_000;

  private static final int SPECIAL_BITS = 07000;

  /// A single file should not be what is measured.
  private static final long LARGEST_BYTES = 64 << 20;

  private static final List<String> PARTS =
      List.of("share", "include", "lib", "bin", "libexec", "sbin", "local", "src");

  private final Path usr;
  private final Path copy;
  private final long leastBytes;
  private final long leastFiles;
  private long files;
  private long bytes;

  private UsrTree(Path usr, Path copy, long leastBytes, long leastFiles) {
    this.usr = usr;
    this.copy = copy;
    this.leastBytes = leastBytes;
    this.leastFiles = leastFiles;
  }

  /// @param to an existing empty directory
  /// @throws RoundFailedException if this machine has too little in its /usr
  static TreeSize copy(Path to) throws RoundFailedException, IOException {
    return copy(Path.of("/usr"), to, LEAST_BYTES, LEAST_FILES);
  }

  static TreeSize copy(Path usr, Path to, long leastBytes, long leastFiles)
      throws RoundFailedException, IOException {
    UsrTree tree = new UsrTree(usr, to, leastBytes, leastFiles);
    for (String part : PARTS) {
      if (!tree.isEnough() && Files.isDirectory(usr.resolve(part), NOFOLLOW_LINKS)) {
        tree.add(usr.resolve(part));
      }
    }
    if (!tree.isEnough()) {
      throw new RoundFailedException(
          "%s has %d readable files with %d bytes, expected at least %d with %d: choose a directory by --path"
              .formatted(usr, tree.files, tree.bytes, leastFiles, leastBytes));
    }
    return new TreeSize(tree.files, tree.bytes);
  }

  private boolean isEnough() {
    return files >= leastFiles && bytes >= leastBytes;
  }

  private void add(Path part) throws IOException {
    Files.walkFileTree(
        part,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (isEnough() || !Files.isReadable(directory)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectory(target(directory));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            boolean small = attributes.isRegularFile() && attributes.size() <= LARGEST_BYTES;
            if (attributes.isSymbolicLink()
                || (small && Files.isReadable(file) && !isSpecial(file))) {
              Files.copy(file, target(file), COPY_ATTRIBUTES, NOFOLLOW_LINKS);
              files += small ? 1 : 0;
              bytes += small ? attributes.size() : 0;
            }
            return isEnough() ? FileVisitResult.TERMINATE : FileVisitResult.CONTINUE;
          }
        });
  }

  /// A program that runs as its owner: rclone does not keep that, so its copies would be refused.
  private static boolean isSpecial(Path file) throws IOException {
    return ((int) Files.getAttribute(file, "unix:mode", NOFOLLOW_LINKS) & SPECIAL_BITS) != 0;
  }

  private Path target(Path path) {
    return copy.resolve(usr.relativize(path).toString());
  }
}
