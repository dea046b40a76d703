package dev.gnomon.filesystem.actuators;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// A lock file that many may share or one may have alone, between the threads of this process and
/// between processes. The system frees it when a process dies.
///
/// A file lock belongs to the process, so threads have a lock of their own in front of it, and
/// those that share it hold one file lock together.
final class KeyLock {
  private static final Duration RETRY = Duration.ofMillis(2);
  private static final Map<Path, KeyLock> LOCKS = new ConcurrentHashMap<>();

  private final Path file;
  private final ReentrantReadWriteLock threads = new ReentrantReadWriteLock();
  private final Object sharing = new Object();
  private int sharers;
  private @Nullable FileChannel shared;

  private KeyLock(Path file) {
    this.file = file;
  }

  /// The lock of a file, which is made when it is first locked; its directory has to be there.
  static KeyLock of(Path file) {
    return LOCKS.computeIfAbsent(file, KeyLock::new);
  }

  /// Held until it is closed, by the thread that asked for it.
  interface Hold extends AutoCloseable {
    @Override
    void close() throws IOException;
  }

  /// @return empty if others had it for all of the time
  Optional<Hold> alone(Duration wait) throws IOException {
    long deadline = System.nanoTime() + wait.toNanos();
    Lock lock = threads.writeLock();
    if (!await(lock, wait)) {
      return Optional.empty();
    }
    FileChannel channel = null;
    try {
      channel = locked(false, deadline);
    } finally {
      if (channel == null) {
        lock.unlock();
      }
    }
    FileChannel held = channel;
    return held == null
        ? Optional.empty()
        : Optional.of(() -> {
          try {
            held.close();
          } finally {
            lock.unlock();
          }
        });
  }

  /// @return empty if somebody had it alone for all of the time
  Optional<Hold> shared(Duration wait) throws IOException {
    long deadline = System.nanoTime() + wait.toNanos();
    Lock lock = threads.readLock();
    if (!await(lock, wait)) {
      return Optional.empty();
    }
    boolean held = false;
    try {
      held = join(deadline);
    } finally {
      if (!held) {
        lock.unlock();
      }
    }
    return held
        ? Optional.of(() -> {
          try {
            leave();
          } finally {
            lock.unlock();
          }
        })
        : Optional.empty();
  }

  private boolean join(long deadline) throws IOException {
    synchronized (sharing) {
      if (sharers == 0) {
        shared = locked(true, deadline);
      }
      if (shared == null) {
        return false;
      }
      sharers++;
      return true;
    }
  }

  private void leave() throws IOException {
    synchronized (sharing) {
      sharers--;
      if (sharers == 0 && shared != null) {
        FileChannel last = shared;
        shared = null;
        last.close();
      }
    }
  }

  private static boolean await(Lock lock, Duration wait) throws IOException {
    try {
      return lock.tryLock(wait.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a lock");
    }
  }

  /// @return a channel whose closing frees the lock, or null if others have it for too long
  private @Nullable FileChannel locked(boolean share, long deadline) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    boolean held = false;
    try {
      while (tryLock(channel, share) == null) {
        if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
          return null;
        }
        LockSupport.parkNanos(RETRY.toNanos());
      }
      held = true;
      return channel;
    } finally {
      if (!held) {
        channel.close();
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel channel, boolean share) throws IOException {
    try {
      return channel.tryLock(0, Long.MAX_VALUE, share);
    } catch (OverlappingFileLockException e) {
      return null; // Held by this class in another class loader of this process.
    }
  }
}
