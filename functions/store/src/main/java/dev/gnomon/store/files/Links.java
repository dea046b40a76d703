package dev.gnomon.store.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Symbolic links with exactly their target, times of any entry, and flushing.
public final class Links {
  private Links() {}

  /// @param target raw; a trailing or doubled slash stays
  public static void symlink(Path link, String target) throws IOException {
    Optional<SystemCalls> linux = SystemCalls.linux();
    if (linux.isPresent()) {
      linux.get().symlink(target, link);
    } else {
      Path relative = RawName.resolve(Path.of(""), target);
      Files.createSymbolicLink(link, relative);
    }
  }

  /// Sets the modification time of an entry; of a symbolic link, not of what it names.
  public static void setTime(Path path, long seconds, int nanos) throws IOException {
    Optional<SystemCalls> linux = SystemCalls.linux();
    if (linux.isPresent()) {
      linux.get().setTime(path, seconds, nanos);
    } else {
      FileTime time =
          FileTime.from(Math.addExact(seconds * 1_000_000_000L, nanos), TimeUnit.NANOSECONDS);
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(time, null, null);
    }
  }

  /// Whether a whole file system is flushed by one call, which is cheap to repeat.
  public static boolean flushesWhole() {
    return SystemCalls.linux().isPresent();
  }

  /// Makes everything written below a directory durable: flushes its file system.
  public static void sync(Path directory) throws IOException {
    Optional<SystemCalls> linux = SystemCalls.linux();
    if (linux.isPresent()) {
      linux.get().sync(directory);
    } else {
      flushEach(directory);
    }
  }

  private static void flushEach(Path directory) throws IOException {
    try (var entries = Files.walk(directory)) {
      for (Path path : (Iterable<Path>) entries::iterator) {
        if (Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
          try (var channel = java.nio.channels.FileChannel.open(path)) {
            channel.force(true);
          }
        }
      }
    }
  }
}
