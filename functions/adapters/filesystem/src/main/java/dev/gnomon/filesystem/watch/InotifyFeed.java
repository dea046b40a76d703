package dev.gnomon.filesystem.watch;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.gnomon.core.replica.Change;
import dev.gnomon.core.replica.ChangeFeed;
import dev.gnomon.filesystem.watch.WatchedTree.Node;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// [ChangeFeed] by inotify(7). java.nio's WatchService was not taken: it names no bytes that the
/// locale can't say, watches no trees, and says neither what was moved nor that a limit was
/// reached.
///
/// A thread reads events as they come, so that the kernel's queue stays short while what changed is
/// being worked on. Writes through memory mappings are not told, and what is done to a file by a
/// further name of it is told of that name alone, which may be gone before anybody looks; whoever
/// needs those compares.
public final class InotifyFeed implements ChangeFeed {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final int HEAD_BYTES = 16;
  private static final long POLL_MILLIS = 100;

  /// So long after the first change more are waited for: a program that saves a file does several
  /// things to it.
  private static final long SETTLE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private static final Path LIMITS = Path.of("/proc/sys/fs/inotify");

  /// File systems that others change without this kernel knowing: NFS, SMB (three), 9P, FUSE, Ceph,
  /// AFS, Coda, Lustre, GFS2, OCFS2.
  private static final Set<Long> SHARED =
      Set.of(
          0x6969L,
          0x517BL,
          0xFF534D42L,
          0xFE534D42L,
          0x01021997L,
          0x65735546L,
          0x00C36400L,
          0x5346414FL,
          0x73757245L,
          0x0BD00BD0L,
          0x01161970L,
          0x7461636FL);

  private final Inotify inotify;
  private final WatchedTree tree;
  private final PendingChanges pending = new PendingChanges();

  /// What was moved by cookie, as of the last read of events and of the one before.
  private Map<Integer, Moved> moved = new HashMap<>();

  private Map<Integer, Moved> movedBefore = new HashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Thread reader;
  private Optional<String> lost = Optional.empty();
  private Optional<String> over = Optional.empty();
  private long firstNanos;
  private long upToNanos = System.nanoTime();
  private volatile boolean closed;

  /// An entry that was moved and whose new place is not known yet.
  private record Moved(String from, Optional<Node> directory) {}

  private InotifyFeed(Inotify inotify, WatchedTree tree) {
    this.inotify = inotify;
    this.tree = tree;
    this.reader = Thread.ofPlatform().daemon().name("gnomon-watch").unstarted(this::run);
  }

  /// Feeds, where this system has the calls for them.
  public static ChangeFeed.Feeds feeds() {
    return directory -> {
      if (!Linux.isAvailable()) {
        throw new IOException("watching needs 64-bit Linux, with native access");
      }
      return open(Inotify::ofKernel, directory);
    };
  }

  static InotifyFeed open(Inotify.Source source, Path directory) throws IOException {
    requireLocal(directory);
    Inotify inotify;
    try {
      inotify = source.open();
    } catch (CallFailed e) {
      throw new IOException(limit(e, "max_user_instances"), e);
    }
    WatchedTree tree = new WatchedTree(inotify, directory);
    InotifyFeed feed = new InotifyFeed(inotify, tree);
    boolean watched = false;
    try {
      tree.watchAll();
      watched = true;
    } catch (IOException e) {
      throw new IOException(reason(e), e);
    } finally {
      if (!watched) {
        inotify.close();
      }
    }
    feed.reader.start();
    return feed;
  }

  private static void requireLocal(Path directory) throws IOException {
    int open = Descriptors.openDirectory(directory);
    try {
      long kind = Stat.fileSystem(open, RawName.ofAbsolute(directory));
      if (SHARED.contains(kind)) {
        throw new IOException(
            "%s lies on a file system (0x%x) that others may write to unseen"
                .formatted(directory, kind));
      }
    } finally {
      Descriptors.close(open);
    }
  }

  private static String reason(IOException fault) {
    return fault instanceof CallFailed failed && failed.errno() == Errno.ENOSPC
        ? limit(failed, "max_user_watches")
        : String.valueOf(fault.getMessage());
  }

  private static String limit(CallFailed fault, String which) {
    if (fault.errno() != Errno.ENOSPC && fault.errno() != Errno.EMFILE) {
      return String.valueOf(fault.getMessage());
    }
    String value;
    try {
      value = Files.readString(LIMITS.resolve(which)).strip();
    } catch (IOException e) {
      value = "reached";
    }
    return "the limit fs.inotify.%s of this user is %s: raise it with sysctl"
        .formatted(which, value);
  }

  // ---- for whoever takes

  @Override
  public Changes take(Duration wait) {
    long end = System.nanoTime() + wait.toNanos();
    lock.lock();
    try {
      long left = end - System.nanoTime();
      while (!isNews() && left > 0) {
        left = news.awaitNanos(left);
      }
      left = firstNanos + SETTLE_NANOS - System.nanoTime();
      while (isNews() && over.isEmpty() && left > 0) {
        left = news.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
    return now();
  }

  private Changes now() {
    lock.lock();
    try {
      long first = isNews() ? firstNanos : System.nanoTime();
      List<Change> changes = lost.isPresent() ? List.of() : pending.take();
      pending.clear();
      long asked = System.nanoTime();
      if (over.isEmpty() && nothingIsOnItsWay()) {
        upToNanos = asked;
      }
      Changes taken = new Changes(changes, lost, over, first, upToNanos);
      lost = Optional.empty();
      return taken;
    } finally {
      lock.unlock();
    }
  }

  private boolean nothingIsOnItsWay() {
    try {
      return !inotify.await(0);
    } catch (IOException e) { // the thread that reads meets it, too, and ends the feed
      return false;
    }
  }

  private boolean isNews() {
    return !pending.isEmpty() || lost.isPresent() || over.isPresent();
  }

  /// Waits for the reader also when it is interrupted: of a descriptor that is closed under it, it
  /// would read what another file has by then.
  @Override
  public void close() {
    closed = true;
    boolean interrupted = false;
    while (reader.isAlive()) {
      try {
        reader.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    inotify.close();
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the thread that reads

  private void run() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment buffer = arena.allocate(BUFFER_BYTES, 8);
      while (!closed && over.isEmpty()) {
        boolean some = inotify.await(POLL_MILLIS);
        lock.lock(); // whoever has it sees every event in the queue or in what is pending
        try {
          if (some) {
            events(buffer.asSlice(0, inotify.read(buffer)));
          } else {
            forget(movedBefore);
            forget(moved);
          }
        } finally {
          lock.unlock();
        }
      }
    } catch (IOException | RuntimeException | Error e) { // or nobody would know that it ended
      lock.lock();
      try {
        end(e instanceof IOException fault ? reason(fault) : e.toString());
      } finally {
        lock.unlock();
      }
    }
  }

  private void events(MemorySegment buffer) throws IOException {
    forget(movedBefore);
    movedBefore = moved;
    moved = new HashMap<>();
    boolean missed = false;
    for (long at = 0; at + HEAD_BYTES <= buffer.byteSize(); ) {
      int watch = buffer.get(JAVA_INT, at);
      int mask = buffer.get(JAVA_INT, at + 4);
      int cookie = buffer.get(JAVA_INT, at + 8);
      int length = buffer.get(JAVA_INT, at + 12);
      String name = length == 0 ? "" : buffer.getString(at + HEAD_BYTES, ISO_8859_1);
      at += HEAD_BYTES + length;
      if ((mask & Inotify.OVERFLOW) != 0) {
        missed = true;
      } else if (!missed) {
        event(watch, mask, cookie, name);
      }
    }
    if (missed) {
      tree.watchAll();
      moved.clear();
      movedBefore.clear();
      lose("changes came faster than they could be read");
    }
    if (isNews()) {
      news.signalAll();
    }
  }

  private void event(int watch, int mask, int cookie, String name) throws IOException {
    if ((mask & Inotify.IGNORED) != 0) {
      tree.ended(watch);
      return;
    }
    Optional<Node> of = tree.node(watch);
    if (of.isEmpty()) {
      return;
    }
    Node node = of.get();
    if ((mask & (Inotify.UNMOUNT | Inotify.DELETE_SELF | Inotify.MOVE_SELF)) != 0) {
      if (tree.isRoot(node)) {
        end(
            (mask & Inotify.UNMOUNT) != 0
                ? "its file system was unmounted"
                : "the directory was moved or deleted");
      }
      return;
    }
    boolean directory = (mask & Inotify.IS_DIRECTORY) != 0;
    if (name.isEmpty()) { // the directory itself
      mark(node, "", false, Optional.empty());
    } else if ((mask & Inotify.MOVED_FROM) != 0) {
      moved.put(
          cookie,
          new Moved(
              RawName.join(node.path(), name),
              directory ? tree.detached(node, name) : Optional.empty()));
      mark(node, name, false, Optional.empty());
    } else if ((mask & Inotify.MOVED_TO) != 0) {
      Moved from = moved.containsKey(cookie) ? moved.remove(cookie) : movedBefore.remove(cookie);
      if (from != null && from.directory().isPresent()) {
        tree.attached(from.directory().get(), node, name);
      }
      if (directory) { // one that was watched before may hold others that were not found there
        tree.added(node, name);
      }
      mark(node, name, directory, Optional.ofNullable(from).map(Moved::from));
    } else if ((mask & Inotify.CREATE) != 0 && directory) {
      tree.added(node, name);
      mark(node, name, true, Optional.empty());
    } else {
      mark(node, name, false, Optional.empty());
    }
  }

  private void mark(Node node, String name, boolean below, Optional<String> movedFrom) {
    began();
    if (lost.isEmpty() && !pending.add(node, name, below, movedFrom)) {
      lose("more than %d names changed at once".formatted(PendingChanges.MAX_NAMES));
    }
  }

  private void lose(String why) {
    began();
    lost = Optional.of(why);
    pending.clear();
  }

  private void end(String why) {
    began();
    over = Optional.of(why);
    news.signalAll();
  }

  private void began() {
    if (!isNews()) {
      firstNanos = System.nanoTime();
    }
  }

  /// What was moved and did not come back by the next read has left the tree: both halves of a move
  /// are told right after each other. If the second one comes later all the same, what it names is
  /// new.
  private void forget(Map<Integer, Moved> gone) {
    gone.values().forEach(one -> one.directory().ifPresent(tree::forget));
    gone.clear();
  }
}
