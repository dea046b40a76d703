package dev.gnomon.core.replica;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// Says that no other process follows in a replica's directory: a lock on a file in it, which the
/// kernel gives back when its process ends. Two that follow all the same, on a file system without
/// such locks, bring the same content.
final class FollowLease implements AutoCloseable {
  private static final String FILE = ".gnomon-following";

  private final FileChannel channel;
  private final boolean held;

  private FollowLease(FileChannel channel, boolean held) {
    this.channel = channel;
    this.held = held;
  }

  static FollowLease of(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      return new FollowLease(channel, lock != null);
    } catch (OverlappingFileLockException e) { // of this process
      return new FollowLease(channel, false);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /// Whether no other process has it.
  boolean isHeld() {
    return held;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
