package dev.gnomon.local.demo;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;

/// Copies the directory that the demo works on; the original is only read.
final class TreeCopy {
  private final Path from;
  private final Path to;
  private final Set<String> leftOut;
  private long files;
  private long bytes;
  private long skipped;

  /// @param leftOut names of directories that are not copied, wherever they lie
  TreeCopy(Path from, Path to, Set<String> leftOut) {
    this.from = from;
    this.to = to;
    this.leftOut = leftOut;
  }

  long files() {
    return files;
  }

  long bytes() {
    return bytes;
  }

  /// Devices, sockets, and what can't be read.
  long skipped() {
    return skipped;
  }

  TreeCopy run() throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (directory.startsWith(to)
                || (!directory.equals(from)
                    && leftOut.contains(directory.getFileName().toString()))) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Path target = to.resolve(from.relativize(file));
            if (attributes.isOther() || (attributes.isRegularFile() && !Files.isReadable(file))) {
              skipped++;
              return FileVisitResult.CONTINUE;
            }
            Files.copy(file, target, LinkOption.NOFOLLOW_LINKS, StandardCopyOption.COPY_ATTRIBUTES);
            if (attributes.isRegularFile()) {
              files++;
              bytes += attributes.size();
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException fault) {
            skipped++;
            return FileVisitResult.CONTINUE;
          }
        });
    return this;
  }

  static void delete(Path root) throws IOException {
    if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(
              Path directory, @org.jspecify.annotations.Nullable IOException fault)
              throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
