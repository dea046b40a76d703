package dev.gnomon.local.stack;

import dev.gnomon.core.ids.CellName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The directory that holds everything of one stack, locked while it is open:
///
/// | path | what |
/// |---|---|
/// | `cells/CELL/` | the object store of a local cell; read it as `file:DATA/cells/CELL` |
/// | `queue/` | the broker's queue |
/// | `redis/` | binary and configuration of the embedded Redis |
/// | `state/` | which epochs the actuators of this host have applied |
/// | `credentials.json` | made at the first start |
/// | `gnomon.json` | addresses, while the stack is ready |
/// | `lock` | held by the running stack; its pid |
final class DataDirectory implements AutoCloseable {
  private final Path path;
  private final FileChannel channel;
  private final FileLock lock;

  private DataDirectory(Path path, FileChannel channel, FileLock lock) {
    this.path = path;
    this.channel = channel;
    this.lock = lock;
  }

  /// Makes the directory (mode 0700) if need be and locks it.
  ///
  /// @throws StackException if another stack runs on it, or it can't be written
  static DataDirectory open(Path path) {
    try {
      if (Files.notExists(path)) {
        Files.createDirectories(path, PrivateFiles.DIRECTORY_MODE);
      }
      Path file = path.resolve("lock");
      if (Files.notExists(file)) {
        Files.createFile(file, PrivateFiles.FILE_MODE);
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
      FileLock lock = tryLock(channel);
      if (lock == null) {
        String holder = read(channel);
        channel.close();
        throw new StackException(
            "a stack runs on '%s' already (process %s): stop it with 'gnomon down --data %s'"
                .formatted(path, holder, path));
      }
      channel.truncate(0);
      channel.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      DataDirectory opened = new DataDirectory(path, channel, lock);
      opened.removeAddresses(); // of a stack that was killed
      return opened;
    } catch (IOException e) {
      throw new StackException("can't use the data directory '" + path + "': " + e, e);
    }
  }

  Path path() {
    return path;
  }

  Path cells() {
    return path.resolve("cells");
  }

  Path cell(CellName name) {
    return cells().resolve(name.value());
  }

  Path queue() {
    return path.resolve("queue");
  }

  Path redis() {
    return path.resolve("redis");
  }

  Path state() {
    return path.resolve("state");
  }

  Path credentials() {
    return path.resolve("credentials.json");
  }

  /// Says to everybody that the stack is ready.
  void writeAddresses(Addresses addresses) {
    try {
      PrivateFiles.write(addressFile(), addresses.toJson());
    } catch (IOException e) {
      throw new StackException("can't write " + addressFile() + ": " + e, e);
    }
  }

  void removeAddresses() {
    try {
      Files.deleteIfExists(addressFile());
    } catch (IOException e) {
      throw new StackException("can't remove " + addressFile() + ": " + e, e);
    }
  }

  @Override
  public void close() {
    try {
      removeAddresses();
      lock.release();
      channel.close();
    } catch (IOException e) {
      throw new StackException("can't unlock '" + path + "': " + e, e);
    }
  }

  private Path addressFile() {
    return path.resolve(Addresses.FILE);
  }

  private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
    try {
      return channel.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String read(FileChannel channel) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(32);
    channel.read(buffer, 0);
    String pid = StandardCharsets.UTF_8.decode(buffer.flip()).toString();
    return Optional.of(pid).filter(text -> !text.isBlank()).orElse("unknown");
  }
}
