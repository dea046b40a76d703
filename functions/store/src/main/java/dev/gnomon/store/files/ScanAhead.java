package dev.gnomon.store.files;

import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Scans the directories of a tree in the order of a walk, in a thread of its own, some entries
/// ahead of the walk that uses them. What it does not have, because it went another way or its look
/// failed, is scanned when it is asked for. For one walk; closing ends the thread.
public final class ScanAhead implements AutoCloseable {
  private static final int MAX_ENTRIES = 1 << 14;
  private static final long STACK_BYTES = 64L << 20;

  private final long device;
  private final Predicate<String> wanted;
  private final ArrayDeque<Ahead> ready = new ArrayDeque<>();
  private final Thread thread;
  private int entries;
  private boolean ended;
  private boolean closed;

  /// @param device of the root; other file systems are left alone
  public ScanAhead(EntryAt root, long device) {
    this(root, device, path -> true);
  }

  /// @param wanted whether the walk will go into the directory with a raw path
  public ScanAhead(EntryAt root, long device, Predicate<String> wanted) {
    this.device = device;
    this.wanted = wanted;
    this.thread = new Thread(null, () -> run(root), "shadow-scan", STACK_BYTES);
    thread.setDaemon(true);
    thread.start();
  }

  /// @param path raw, from the root
  private record Ahead(String path, Scan scan) {}

  /// The entries of a directory.
  ///
  /// @param path raw path from the root, later in the walk than at the call before
  public Scan scan(String path, EntryAt directory) throws IOException {
    @Nullable Scan found = ahead(path);
    return found == null ? directory.scan() : found;
  }

  private synchronized @Nullable Scan ahead(String path) {
    while (true) {
      @Nullable Ahead next = ready.peek();
      if (next == null) {
        if (ended) {
          return null;
        }
        try {
          wait();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          ended = true;
          return null;
        }
        continue;
      }
      int order = RawName.compareInWalk(next.path(), path);
      if (order > 0) {
        return null;
      }
      ready.remove();
      entries -= cost(next.scan());
      notifyAll();
      if (order == 0) {
        return next.scan();
      }
    }
  }

  private static int cost(Scan scan) {
    return 1 + scan.ahead();
  }

  private void run(EntryAt root) {
    try {
      descend(root, "");
    } catch (InterruptedException | StackOverflowError e) {
      // Closed, or too deep a tree: the walk scans for itself.
    } finally {
      synchronized (this) {
        ended = true;
        notifyAll();
      }
    }
  }

  private void descend(EntryAt directory, String path) throws InterruptedException {
    if (!wanted.test(path)) {
      return;
    }
    Scan scan;
    try {
      scan = directory.scan();
    } catch (IOException | RuntimeException e) {
      return; // the walk meets it again, and says so
    }
    put(new Ahead(path, scan));
    for (int i = 0; i < scan.ahead(); i++) {
      Optional<FileStat> stat;
      try {
        stat = scan.stat(i);
      } catch (IOException e) {
        return;
      }
      String name = scan.names().get(i);
      if (stat.isPresent()
          && stat.get().kind() == FileStat.Kind.DIRECTORY
          && LeftAlone.reason(name, stat.get(), device).isEmpty()) {
        descend(directory.child(name), RawName.join(path, name));
      }
    }
  }

  private synchronized void put(Ahead scan) throws InterruptedException {
    while (entries >= MAX_ENTRIES && !closed) {
      wait();
    }
    if (closed) {
      throw new InterruptedException();
    }
    entries += cost(scan.scan());
    ready.add(scan);
    notifyAll();
  }

  @Override
  public synchronized void close() {
    closed = true;
    ready.clear();
    entries = 0;
    notifyAll();
  }
}
