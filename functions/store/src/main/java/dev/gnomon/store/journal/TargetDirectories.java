package dev.gnomon.store.journal;

import dev.gnomon.core.journal.Key;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.FileContent;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.Fresh;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The directories of a tree, each opened from the one above without following a symbolic link, and
/// kept open for a while. What is done in one is done relative to its descriptor: whoever exchanges
/// a directory for a link meanwhile leads nobody out of the tree. Thread-safe.
final class TargetDirectories {
  private static final int MAX_OPEN = 128;
  private static final int ANY_MODE = 0777; // less what the process masks

  private final Path root;
  private final String rawRoot;
  private final FileStat stat;
  private final Map<String, Below> open = new LinkedHashMap<>(16, 0.75f, true);

  /// @param stat of the directory; it stays that one
  TargetDirectories(Path root, FileStat stat) {
    this.root = root;
    this.rawRoot = RawName.ofWhole(root);
    this.stat = stat;
  }

  /// An open directory. Its descriptor stays open while somebody uses it.
  static final class Below {
    private final String path;
    private final int descriptor;
    private final Stat stat;
    private volatile @Nullable Fresh fresh;
    private int users;
    private boolean dropped;

    Below(String path, int descriptor, Stat stat) {
      this.path = path;
      this.descriptor = descriptor;
      this.stat = stat;
    }

    int descriptor() {
      return descriptor;
    }

    int uid() {
      return stat.uid();
    }

    int gid() {
      return stat.gid();
    }

    /// What new files in it were like, once one was looked at.
    @Nullable Fresh fresh() {
      return fresh;
    }

    void fresh(Fresh seen) {
      fresh = seen;
    }
  }

  /// What is done in a directory.
  interface Work<T> {
    T in(Below directory) throws IOException;
  }

  Path root() {
    return root;
  }

  /// Device that everything lies on; what is mounted inside is left alone.
  long device() {
    return stat.device();
  }

  /// Works in a directory.
  ///
  /// @param path raw, below the root; empty for the root
  /// @return empty if there is no such directory, or something else where one has to be
  <T> Optional<T> inExisting(String path, Work<T> work) throws IOException {
    Optional<Below> found = acquire(path, false);
    return found.isEmpty() ? Optional.empty() : Optional.of(with(found.get(), work));
  }

  /// Works in a directory, and makes it and those above it if they are not there, with the owner of
  /// the one above each.
  <T> T inMade(String path, Work<T> work) throws IOException {
    return with(acquire(path, true).orElseThrow(), work);
  }

  private <T> T with(Below directory, Work<T> work) throws IOException {
    try {
      return work.in(directory);
    } finally {
      release(directory);
    }
  }

  /// Removes a directory, and those above it, as far as they are empty.
  void prune(String path) throws IOException {
    for (String each = path; !each.isEmpty(); each = RawName.parent(each)) {
      String name = RawName.last(each);
      String shown = shown(each);
      drop(each);
      try {
        inExisting(
            RawName.parent(each),
            above -> Entries.removeDirectory(above.descriptor(), name, shown));
      } catch (CallFailed e) {
        if (e.errno() == Errno.ENOTEMPTY || e.isGone()) {
          return;
        }
        throw e;
      }
    }
  }

  /// Forgets a directory and all below: they were removed or exchanged.
  void drop(String path) {
    synchronized (open) {
      for (Iterator<Below> each = open.values().iterator(); each.hasNext(); ) {
        Below below = each.next();
        if (path.isEmpty() || below.path.equals(path) || below.path.startsWith(path + "/")) {
          each.remove();
          discard(below);
        }
      }
    }
  }

  /// Makes all that was written durable.
  void sync() throws IOException {
    inMade(
        "",
        top -> {
          FileContent.sync(top.descriptor(), rawRoot);
          return true;
        });
  }

  UncheckedIOException fault(String what, Key key, IOException cause) {
    return new UncheckedIOException(
        "%s '%s' in '%s' failed: %s".formatted(what, Keys.display(key), root, cause.getMessage()),
        cause);
  }

  /// What to call an entry in a fault.
  String shown(String path) {
    return RawName.join(rawRoot, path);
  }

  private Optional<Below> acquire(String path, boolean make) throws IOException {
    synchronized (open) {
      Below known = open.get(path);
      if (known == null) {
        Optional<Below> opened = path.isEmpty() ? Optional.of(top()) : below(path, make);
        if (opened.isEmpty()) {
          return Optional.empty();
        }
        known = opened.get();
      }
      known.users++;
      trim();
      return Optional.of(known);
    }
  }

  private Below top() throws IOException {
    int descriptor = Descriptors.openDirectory(Descriptors.HERE, rawRoot, rawRoot);
    Stat now = looked(descriptor, "");
    if (now.device() != stat.device() || now.inode() != stat.inode()) {
      Descriptors.close(descriptor);
      throw new FileSystemException(
          root.toString(), null, "another directory is here than when the work began");
    }
    return keep("", descriptor, now);
  }

  private Optional<Below> below(String path, boolean make) throws IOException {
    Optional<Below> parent = acquire(RawName.parent(path), make);
    if (parent.isEmpty()) {
      return Optional.empty();
    }
    try {
      return opened(parent.get(), RawName.last(path), path, make);
    } finally {
      release(parent.get());
    }
  }

  private Optional<Below> opened(Below parent, String name, String path, boolean make)
      throws IOException {
    boolean made = false;
    int descriptor;
    try {
      descriptor = Descriptors.openDirectory(parent.descriptor, name, shown(path));
    } catch (CallFailed e) {
      if (!e.isGone()) {
        throw e;
      }
      if (!make) {
        return Optional.empty();
      }
      made = makeDirectory(parent, name, path);
      descriptor = Descriptors.openDirectory(parent.descriptor, name, shown(path));
    }
    Stat now = looked(descriptor, path);
    if (now.device() != stat.device()) {
      Descriptors.close(descriptor);
      throw new FileSystemException(
          RawName.display(shown(path)), null, "another file system is mounted here");
    }
    if (made && (now.uid() != parent.uid() || now.gid() != parent.gid())) {
      try {
        setOwner(descriptor, parent.uid(), parent.gid(), shown(path));
      } catch (IOException e) {
        Descriptors.close(descriptor);
        throw e;
      }
      now = looked(descriptor, path);
    }
    return Optional.of(keep(path, descriptor, now));
  }

  /// @return false if another one made it meanwhile
  private boolean makeDirectory(Below parent, String name, String path) throws IOException {
    Optional<FileStat> there = FileStat.of(parent.descriptor, name);
    if (there.isPresent()) {
      throw new FileSystemException(
          RawName.display(shown(path)),
          null,
          there.get().kind().words() + " is where a directory has to be");
    }
    try {
      Entries.makeDirectory(parent.descriptor, name, ANY_MODE, shown(path));
      return true;
    } catch (CallFailed e) {
      if (e.errno() != Errno.EEXIST) {
        throw e;
      }
      return false;
    }
  }

  private Stat looked(int descriptor, String path) throws IOException {
    try {
      return Stat.of(descriptor, shown(path));
    } catch (IOException e) {
      Descriptors.close(descriptor);
      throw e;
    }
  }

  /// As far as this process may, and the owner is one that there is in its namespace.
  static void setOwner(int file, int uid, int gid, String path) throws IOException {
    try {
      Inodes.owner(file, uid, gid, path);
    } catch (CallFailed e) {
      if (e.errno() != Errno.EPERM && e.errno() != Errno.EINVAL) {
        throw e;
      }
    }
  }

  private Below keep(String path, int descriptor, Stat now) {
    Below below = new Below(path, descriptor, now);
    open.put(path, below);
    return below;
  }

  private void release(Below below) {
    synchronized (open) {
      below.users--;
      if (below.dropped && below.users == 0) {
        Descriptors.close(below.descriptor);
      }
    }
  }

  /// Closes those that were not used for longest.
  private void trim() {
    if (open.size() <= MAX_OPEN) {
      return;
    }
    List<Below> idle = new ArrayList<>();
    for (Below below : open.values()) {
      if (below.users == 0 && idle.size() < open.size() - MAX_OPEN) {
        idle.add(below);
      }
    }
    for (Below below : idle) {
      open.remove(below.path);
      discard(below);
    }
  }

  private static void discard(Below below) {
    below.dropped = true;
    if (below.users == 0) {
      Descriptors.close(below.descriptor);
    }
  }
}
