package dev.gnomon.bench.work;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardCopyOption.COPY_ATTRIBUTES;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Walks over directories; symbolic links are never followed.
public final class Trees {
  /// While so much of a disk is free, what is done with stays there until the bench ends.
  public static final long MUCH_BYTES = 16L << 30;

  private Trees() {}

  public static TreeSize size(Path root) throws IOException {
    long[] sums = new long[2];
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (attributes.isRegularFile()) {
              sums[0]++;
              sums[1] += attributes.size();
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return new TreeSize(sums[0], sums[1]);
  }

  /// Copies directories, regular files and symbolic links.
  ///
  /// @param without names that are left out wherever they are
  /// @param to an existing empty directory
  public static void copy(Path from, Set<String> without, Path to) throws IOException {
    Files.walkFileTree(
        from,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
              throws IOException {
            if (directory.equals(from)) {
              return FileVisitResult.CONTINUE;
            }
            if (leftOut(directory)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectory(to.resolve(from.relativize(directory)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (!leftOut(file) && !attributes.isOther()) {
              Files.copy(file, to.resolve(from.relativize(file)), COPY_ATTRIBUTES, NOFOLLOW_LINKS);
            }
            return FileVisitResult.CONTINUE;
          }

          private boolean leftOut(Path path) {
            return without.contains(String.valueOf(path.getFileName()));
          }
        });
  }

  /// Removes what is done with, but keeps it until the bench ends while at least 16 GiB of its disk
  /// are free. For minutes after a deletion ext4 looks at every inode that was freed before it
  /// gives a new file one, so whoever is measured next would pay for it.
  public static void discard(Path root) throws IOException {
    discard(root, MUCH_BYTES);
  }

  /// @param enoughBytes so many that are free on the disk let it stay
  public static void discard(Path root, long enoughBytes) throws IOException {
    if (Files.exists(root, NOFOLLOW_LINKS)
        && Files.getFileStore(root).getUsableSpace() < enoughBytes) {
      delete(root);
    }
  }

  /// Removes a directory with all that is in it; nothing if there is none.
  public static void delete(Path root) throws IOException {
    if (!Files.exists(root, NOFOLLOW_LINKS)) {
      return;
    }
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            // A restored directory may be one that its owner can't change.
            directory.toFile().setWritable(true);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.deleteIfExists(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE;
            }
            throw e;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
              throws IOException {
            Files.deleteIfExists(directory);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
