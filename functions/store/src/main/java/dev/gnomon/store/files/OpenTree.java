package dev.gnomon.store.files;

import dev.gnomon.linux.RawName;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A directory with all that is below it, for one piece of work. It is opened when it is needed
/// first, and stays that one. The directories in it are opened on the way, each from the one above,
/// and a few stay open. Thread-safe; closing it closes them.
public final class OpenTree implements AutoCloseable {
  private static final int MAX_OPEN = 128;

  private final EntryAt root;
  private final @Nullable Folder top;
  private final ConcurrentLinkedQueue<Folder> open = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean closed;

  private OpenTree(Path directory, boolean linux) {
    Path absolute = directory.toAbsolutePath();
    this.top = linux ? new Folder(this, null, RawName.ofWhole(absolute)) : null;
    this.root = top == null ? new PathEntry(absolute, "") : LinuxEntry.root(top);
  }

  /// @param directory there or not; not followed if it is a symbolic link
  public static OpenTree of(Path directory) {
    return new OpenTree(directory, FileCalls.available());
  }

  /// A tree as other systems than Linux have it.
  static OpenTree byPaths(Path directory) {
    return new OpenTree(directory, false);
  }

  /// The directory itself.
  public EntryAt root() {
    return root;
  }

  /// Whether a whole file system is flushed by one call, which is cheap to repeat.
  public static boolean flushesWhole() {
    return FileCalls.available();
  }

  boolean isClosed() {
    return closed;
  }

  /// How many directories are open; as good as exact.
  int opened() {
    return count.get();
  }

  /// A directory was opened: those that were not used for a while are closed.
  void opened(Folder folder) {
    open.add(folder);
    int tries = 2 * count.incrementAndGet();
    while (count.get() > MAX_OPEN && tries-- > 0) {
      Folder oldest = open.poll();
      if (oldest == null) {
        return;
      }
      if (oldest.wasUsed() || !oldest.closeIfIdle()) {
        open.add(oldest);
      } else {
        count.decrementAndGet();
      }
    }
    if (closed) { // what was just taken out and put back was not seen by who closed it
      closeIdle();
    }
  }

  /// Those that are in use are closed by who uses them.
  @Override
  public void close() {
    closed = true;
    closeIdle();
    if (top != null && !ended.getAndSet(true)) {
      top.end();
    }
  }

  private void closeIdle() {
    for (Folder folder = open.poll(); folder != null; folder = open.poll()) {
      boolean ignored = folder.closeIfIdle();
      count.decrementAndGet();
    }
  }
}
