package dev.gnomon.store.files;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// A directory of an [OpenTree] that is open while somebody uses it, and for a while after that. It
/// is opened from the one above without following a symbolic link. Thread-safe.
final class Folder {
  private static final int NOT_OPEN = -1;

  /// Points hold no deeper trees, and what walks one goes down as deep.
  static final int MAX_DEPTH = 4096;

  private final OpenTree tree;
  private final @Nullable Folder above;
  private final String name;
  private final int depth;
  private final AtomicInteger users = new AtomicInteger(NOT_OPEN);
  private int descriptor;
  private boolean listable;
  private volatile boolean used;
  private volatile @Nullable Fresh fresh;

  /// @param above the one that it is in; null for the root
  /// @param name raw; of the root its absolute path
  Folder(OpenTree tree, @Nullable Folder above, String name) {
    this.tree = tree;
    this.above = above;
    this.name = name;
    this.depth = above == null ? 0 : above.depth + 1;
  }

  OpenTree tree() {
    return tree;
  }

  /// What new files in it are like; null if that is not known (any more).
  @Nullable Fresh fresh() {
    return fresh;
  }

  void fresh(@Nullable Fresh known) {
    fresh = known;
  }

  /// Raw absolute path.
  String raw() {
    if (above == null) {
      return name;
    }
    Deque<String> names = new ArrayDeque<>();
    Folder at = this;
    for (Folder up = above; up != null; up = at.above) {
      names.push(at.name);
      at = up;
    }
    StringBuilder raw = new StringBuilder(at.name);
    for (String each : names) {
      if (raw.charAt(raw.length() - 1) != '/') {
        raw.append('/');
      }
      raw.append(each);
    }
    return raw.toString();
  }

  /// Raw absolute path of an entry of it.
  String raw(String entry) {
    String directory = raw();
    return directory.endsWith("/") ? directory + entry : directory + "/" + entry;
  }

  /// The descriptor; [#release] has to follow.
  ///
  /// @throws IOException as java.nio has it, such as NotDirectoryException for a symbolic link
  int acquire() throws IOException {
    return use() ? descriptor : open();
  }

  private boolean use() {
    while (true) {
      int before = users.get();
      if (before == NOT_OPEN) {
        return false;
      }
      if (users.compareAndSet(before, before + 1)) {
        if (!used) {
          used = true;
        }
        return true;
      }
    }
  }

  /// Opens it from the nearest one above that is open.
  private int open() throws IOException {
    if (depth > MAX_DEPTH) {
      throw new FileSystemException(
          RawName.display(raw()), null, "it is deeper than %d directories".formatted(MAX_DEPTH));
    }
    Deque<Folder> way = new ArrayDeque<>();
    Folder from = this;
    while (from != null && !from.use()) {
      way.push(from);
      from = from.above;
    }
    try {
      while (!way.isEmpty()) {
        Folder next = way.pop();
        next.openFrom(from);
        if (from != null) {
          from.release();
        }
        from = next;
      }
    } catch (IOException e) {
      if (from != null) {
        from.release();
      }
      throw e;
    }
    return descriptor;
  }

  private void openFrom(@Nullable Folder from) throws IOException {
    synchronized (this) {
      if (use()) {
        return;
      }
      if (tree.isClosed()) {
        throw new IOException("'" + RawName.display(raw()) + "' is closed");
      }
      try {
        descriptor = opened(from == null ? Descriptors.HERE : from.descriptor);
      } catch (CallFailed e) {
        throw e.asFileSystemException(RawName.display(raw()));
      }
      used = true;
      users.set(above == null ? 2 : 1); // the root is the tree's until it is closed
    }
    if (above != null) {
      tree.opened(this);
    }
  }

  private int opened(int at) throws IOException {
    try {
      int opened = Descriptors.openDirectory(at, name, name);
      listable = true;
      return opened;
    } catch (CallFailed e) {
      if (e.errno() != Errno.EACCES) {
        throw e;
      }
      int held = Descriptors.holdDirectory(at, name, name); // what is in it may be reached yet
      listable = false;
      return held;
    }
  }

  /// Whether its names can be read. For who acquired it.
  boolean isListable() {
    return listable;
  }

  /// A file server does not know it any more: it and those above it are opened anew when they are
  /// used next, but for the root, which stays the one it was, and those that others are using.
  void stale() {
    for (Folder at = this; at != null; at = at.above) {
      boolean ignored = at.closeIfIdle();
    }
  }

  /// The tree is closed, whose root this was.
  synchronized void end() {
    if (users.get() != NOT_OPEN) {
      release();
    }
  }

  void release() {
    if (users.decrementAndGet() == 0 && tree.isClosed()) {
      boolean ignored = closeIfIdle();
    }
  }

  /// Whether it was used since it was asked this last.
  boolean wasUsed() {
    boolean was = used;
    used = false;
    return was;
  }

  /// @return whether it is closed by now
  synchronized boolean closeIfIdle() {
    if (users.compareAndSet(0, NOT_OPEN)) {
      Descriptors.close(descriptor);
      fresh = null; // another one may be there when it is opened next
    }
    return users.get() == NOT_OPEN;
  }
}
