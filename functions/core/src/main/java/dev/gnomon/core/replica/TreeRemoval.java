package dev.gnomon.core.replica;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Removes a tree as far as it can: what can't be deleted stays, and the first reason is told at
/// the end. Follows no symbolic link and does not leave the tree's file system. May run twice at
/// once. For one tree and one thread.
final class TreeRemoval {
  private Optional<IOException> fault = Optional.empty();

  /// @throws IOException the first fault, after everything else was removed
  void remove(Path root) throws IOException {
    Object device;
    try {
      device = device(root);
    } catch (NoSuchFileException e) {
      return;
    }
    Files.walkFileTree(root, new Visitor(device));
    if (fault.isPresent()) {
      throw fault.get();
    }
  }

  private final class Visitor extends SimpleFileVisitor<Path> {
    private final Object device;

    Visitor(Object device) {
      this.device = device;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (device(directory).equals(device)) {
        return FileVisitResult.CONTINUE;
      }
      failed(new IOException(directory + " is another file system that is mounted there"));
      return FileVisitResult.SKIP_SUBTREE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      return delete(file);
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException cause) {
      failed(cause);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException cause) {
      if (cause != null) {
        failed(cause);
      }
      return delete(directory);
    }
  }

  private FileVisitResult delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (DirectoryNotEmptyException e) {
      if (fault.isEmpty()) { // otherwise it holds what could not be deleted
        failed(e);
      }
    } catch (IOException e) {
      failed(e);
    }
    return FileVisitResult.CONTINUE;
  }

  private void failed(IOException cause) {
    if (fault.isEmpty() && !(cause instanceof NoSuchFileException)) {
      fault = Optional.of(cause);
    }
  }

  private static Object device(Path path) throws IOException {
    return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
  }
}
