package dev.gnomon.store.files;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.FileContent;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Instant;

/// Symbolic links with exactly their target, times of any entry, and flushing.
public final class Links {
  private Links() {}

  /// @param target raw; a trailing or doubled slash stays
  public static void symlink(Path link, String target) throws IOException {
    if (Linux.isAvailable()) {
      String raw = FileCalls.raw(link);
      try {
        Entries.symlink(target, Descriptors.HERE, raw, raw);
      } catch (CallFailed e) {
        throw e.asFileSystemException();
      }
    } else {
      Path relative = RawName.resolve(Path.of(""), target);
      Files.createSymbolicLink(link, relative);
    }
  }

  /// Sets the modification time of an entry; of a symbolic link, not of what it names.
  public static void setTime(Path path, long seconds, int nanos) throws IOException {
    if (Linux.isAvailable()) {
      String raw = FileCalls.raw(path);
      try {
        Inodes.time(Descriptors.HERE, raw, seconds, nanos, raw);
      } catch (CallFailed e) {
        throw e.asFileSystemException();
      }
    } else {
      FileTime time = FileTime.from(Instant.ofEpochSecond(seconds, nanos));
      Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
          .setTimes(time, null, null);
    }
  }

  /// Whether a whole file system is flushed by one call, which is cheap to repeat.
  public static boolean flushesWhole() {
    return Linux.isAvailable();
  }

  /// Makes everything written below a directory durable: flushes its file system.
  public static void sync(Path directory) throws IOException {
    if (Linux.isAvailable()) {
      try {
        FileContent.sync(FileCalls.raw(directory));
      } catch (CallFailed e) {
        throw e.asFileSystemException();
      }
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
