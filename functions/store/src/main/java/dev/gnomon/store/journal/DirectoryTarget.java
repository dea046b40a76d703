package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.PathKeys;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.Links;
import dev.gnomon.store.files.Listing;
import dev.gnomon.store.files.RawName;
import dev.gnomon.store.files.SourceFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Values as the regular files of a directory; the key is the path below it, byte for byte. One for
/// one piece of work. Thread-safe.
///
/// A key can't lead out of the directory: empty, `.` and `..` names are refused, and so is every
/// path with a symbolic link or a file where a directory has to be. A new file is written beside
/// its place and renamed; it takes owner and mode of the one that it replaces, or the mode that the
/// metadata [#MODE] says and the owner of its directory. Other metadata is not kept. Links, devices
/// and what is mounted inside are no values; a directory that becomes empty is removed.
public final class DirectoryTarget implements KeyedTarget {
  /// Metadata with the permissions of a file, octal: `640`.
  public static final String MODE = "mode";

  private static final int PERMISSION_BITS = 0777;
  private static final List<FileAttribute<Set<PosixFilePermission>>> PERMISSIONS = permissions();
  private static final int DEFAULT_MODE = 0644;
  private static final int MAX_TRIES = 100;

  private final Path root;
  private final long device;
  private final Below top;
  private final Map<String, Below> checked = new ConcurrentHashMap<>();
  private final String run;
  private final AtomicLong written = new AtomicLong();

  private DirectoryTarget(Path root, FileStat stat, String run) {
    this.root = root;
    this.device = stat.device();
    this.run = run;
    this.top = new Below(root, stat);
  }

  /// A directory that was looked at.
  private static final class Below {
    private final Path path;
    private final FileStat stat;
    private volatile @Nullable Fresh fresh;

    Below(Path path, FileStat stat) {
      this.path = path;
      this.stat = stat;
    }
  }

  /// What a new file in a directory is, so that most files need no further call.
  ///
  /// @param mask permission bits that were asked for and taken away
  /// @param seen permission bits that were asked for so far
  private record Fresh(int uid, int gid, int mask, int seen) {}

  /// @param directory that is there, and not `/`
  /// @param ids a fresh UUID at each call; names files that are being written
  /// @throws Refusal if it is not a directory
  public static DirectoryTarget of(Path directory, Supplier<String> ids) {
    try {
      Path root = directory.toRealPath();
      FileStat stat = FileStat.of(root).orElseThrow(() -> new NoSuchFileException(root.toString()));
      if (stat.kind() != Kind.DIRECTORY || root.getNameCount() == 0) {
        throw new Refusal("'" + directory + "' is not a directory that can be restored to");
      }
      return new DirectoryTarget(root, stat, ids.get());
    } catch (NoSuchFileException e) {
      throw new Refusal("there is no directory '" + directory + "'", e);
    } catch (IOException e) {
      throw new UncheckedIOException("looking at '" + directory + "' failed: " + e, e);
    }
  }

  @Override
  public Optional<String> refuses(Key key) {
    Optional<String> refusal = PathKeys.refusal(key);
    if (refusal.isPresent()) {
      return Optional.of("'%s': %s".formatted(Keys.display(key), refusal.get()));
    }
    for (String name : key.raw().split("/", -1)) {
      if (name.startsWith(LeftAlone.TEMPORARY) || name.equals(LeftAlone.ASIDE)) {
        return Optional.of(
            "'%s' has a name that restores use for themselves".formatted(Keys.display(key)));
      }
    }
    return Optional.empty();
  }

  @Override
  public Iterator<Item> items() {
    Deque<Iterator<Found>> open = new ArrayDeque<>();
    open.push(list("", root));
    return new Iterator<>() {
      private Optional<Item> next = advance(open);

      @Override
      public boolean hasNext() {
        return next.isPresent();
      }

      @Override
      public Item next() {
        Item item = next.orElseThrow(NoSuchElementException::new);
        next = advance(open);
        return item;
      }
    };
  }

  @Override
  public Optional<Item> item(Key key) {
    return guarded(
        key,
        "looking at",
        () -> {
          Optional<Path> place = place(key);
          return place.isEmpty()
              ? Optional.empty()
              : file(place.get()).map(file -> new Item(key, file.size()));
        });
  }

  @Override
  public Optional<InputStream> read(Key key) {
    return guarded(
        key,
        "reading",
        () -> {
          Optional<Path> place = place(key);
          if (place.isEmpty()) {
            return Optional.empty();
          }
          try {
            if (file(place.get()).isEmpty()) {
              return Optional.empty();
            }
            return Optional.of(SourceFiles.DIRECT.open(place.get()));
          } catch (NoSuchFileException e) {
            return Optional.empty();
          }
        });
  }

  @Override
  public void put(Key key, Map<String, String> metadata, Supplier<InputStream> content) {
    guarded(
        key,
        "writing",
        () -> {
          for (int attempt = 1; ; attempt++) {
            Below directory = makeDirectory(key);
            try {
              write(key, directory, metadata, content);
              return true;
            } catch (NoSuchFileException e) { // its directory was emptied and removed beside
              checked.clear();
              if (attempt == MAX_TRIES) {
                throw e;
              }
            }
          }
        });
  }

  @Override
  public void delete(Key key) {
    guarded(
        key,
        "deleting",
        () -> {
          Optional<Path> place = place(key);
          if (place.isPresent() && file(place.get()).isPresent()) {
            Files.deleteIfExists(place.get());
            prune(key);
          }
          return true;
        });
  }

  @Override
  public void flush() {
    try {
      Links.sync(root);
    } catch (IOException e) {
      throw new UncheckedIOException("flushing '" + root + "' failed: " + e, e);
    }
  }

  private record Found(String path, Path at, FileStat stat) {
    String order() {
      return stat.kind() == Kind.DIRECTORY ? path + "/" : path;
    }
  }

  private Optional<Item> advance(Deque<Iterator<Found>> open) {
    while (!open.isEmpty()) {
      if (!open.peek().hasNext()) {
        open.pop();
        continue;
      }
      Found found = open.peek().next();
      if (found.stat().kind() == Kind.DIRECTORY) {
        open.push(list(found.path(), found.at()));
      } else if (found.path().length() <= Key.MAX_BYTES) {
        return Optional.of(new Item(new Key(found.path()), found.stat().size()));
      }
    }
    return Optional.empty();
  }

  /// Files and directories in the order of the keys in and below them.
  private Iterator<Found> list(String path, Path directory) {
    List<Found> found = new ArrayList<>();
    try {
      for (String name : Listing.of(directory)) {
        Path at = RawName.resolve(directory, name);
        FileStat.of(at)
            .filter(stat -> stat.kind() == Kind.FILE || stat.kind() == Kind.DIRECTORY)
            .filter(stat -> LeftAlone.reason(name, stat, device).isEmpty())
            .ifPresent(stat -> found.add(new Found(RawName.join(path, name), at, stat)));
      }
    } catch (NoSuchFileException e) {
      return List.<Found>of().iterator();
    } catch (IOException e) {
      throw new UncheckedIOException("listing '" + directory + "' failed: " + e, e);
    }
    found.sort(Comparator.comparing(Found::order));
    return found.iterator();
  }

  private static Optional<BasicFileAttributes> file(Path path) throws IOException {
    try {
      BasicFileAttributes attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile() ? Optional.of(attributes) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /// @return empty if there is no directory for it, or something else stands where one has to be
  private Optional<Path> place(Key key) throws IOException {
    String raw = key.raw();
    int last = raw.lastIndexOf('/');
    Below directory = top;
    if (last >= 0) {
      Below known = checked.get(raw.substring(0, last));
      for (int slash = raw.indexOf('/');
          known == null && slash >= 0;
          slash = raw.indexOf('/', slash + 1)) {
        String path = raw.substring(0, slash);
        Below below = checked.get(path);
        if (below == null) {
          Path at = RawName.resolve(directory.path, lastName(path));
          Optional<FileStat> stat = FileStat.of(at);
          if (stat.filter(s -> s.kind() == Kind.DIRECTORY).isEmpty()) {
            return Optional.empty();
          }
          below = new Below(at, requireSameDevice(at, stat.get()));
          checked.put(path, below);
        }
        directory = below;
      }
      directory = known == null ? directory : known;
    }
    return Optional.of(RawName.resolve(directory.path, raw.substring(last + 1)));
  }

  private Below makeDirectory(Key key) throws IOException {
    String raw = key.raw();
    int last = raw.lastIndexOf('/');
    Below known = last < 0 ? top : checked.get(raw.substring(0, last));
    if (known != null) {
      return known;
    }
    Below directory = top;
    for (int slash = raw.indexOf('/'); slash >= 0; slash = raw.indexOf('/', slash + 1)) {
      String path = raw.substring(0, slash);
      Below below = checked.get(path);
      if (below == null) {
        Path at = RawName.resolve(directory.path, lastName(path));
        below = new Below(at, makeDirectory(at, directory.stat));
        checked.put(path, below);
      }
      directory = below;
    }
    return directory;
  }

  private static String lastName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private FileStat makeDirectory(Path directory, FileStat above) throws IOException {
    Optional<FileStat> stat = FileStat.of(directory);
    if (stat.isEmpty()) {
      try {
        Files.createDirectory(directory);
        setOwner(directory, above.uid(), above.gid());
      } catch (FileAlreadyExistsException e) {
        // Another thread's.
      }
      stat = FileStat.of(directory);
    }
    FileStat found = stat.orElseThrow(() -> new NoSuchFileException(directory.toString()));
    if (found.kind() != Kind.DIRECTORY) {
      throw new FileSystemException(
          directory.toString(), null, found.kind().words() + " is where a directory has to be");
    }
    return requireSameDevice(directory, found);
  }

  private FileStat requireSameDevice(Path directory, FileStat stat) throws IOException {
    if (stat.device() != device) {
      throw new FileSystemException(
          directory.toString(), null, "another file system is mounted here");
    }
    return stat;
  }

  private void write(
      Key key, Below directory, Map<String, String> metadata, Supplier<InputStream> content)
      throws IOException {
    Path at = RawName.resolve(directory.path, lastName(key.raw()));
    Optional<FileStat> there = FileStat.of(at);
    if (there.isPresent() && there.get().kind() != Kind.FILE) {
      throw new FileSystemException(
          at.toString(), null, there.get().kind().words() + " is where a file has to be");
    }
    int mode = there.map(FileStat::mode).orElseGet(() -> mode(key, metadata));
    FileStat owner = there.orElse(directory.stat);
    Path temporary =
        directory.path.resolve(LeftAlone.TEMPORARY + run + "-" + written.incrementAndGet());
    boolean renamed = false;
    try {
      try (FileChannel channel =
              (FileChannel)
                  Files.newByteChannel(
                      temporary,
                      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                      PERMISSIONS.get(mode & PERMISSION_BITS));
          InputStream in = content.get()) {
        in.transferTo(Channels.newOutputStream(channel));
      }
      Fresh fresh = fresh(directory, temporary, mode & PERMISSION_BITS);
      boolean owned = fresh.uid() == owner.uid() && fresh.gid() == owner.gid();
      if (!owned) {
        setOwner(temporary, owner.uid(), owner.gid());
      }
      if (!owned || mode != (mode & PERMISSION_BITS & ~fresh.mask())) {
        Files.setAttribute(temporary, "unix:mode", mode);
      }
      Files.move(
          temporary, at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      renamed = true;
    } finally {
      if (!renamed) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  /// @param asked permissions that the file was to be made with
  private static Fresh fresh(Below directory, Path file, int asked) throws IOException {
    Fresh known = directory.fresh;
    if (known == null || (asked & ~known.mask() & ~known.seen()) != 0) {
      FileStat stat = FileStat.of(file).orElseThrow(() -> new NoSuchFileException(file.toString()));
      int mask = asked & ~stat.mode();
      int seen = asked;
      if (known != null) {
        mask |= known.mask();
        seen |= known.seen();
      }
      known = new Fresh(stat.uid(), stat.gid(), mask, seen);
      directory.fresh = known;
    }
    return known;
  }

  private static List<FileAttribute<Set<PosixFilePermission>>> permissions() {
    List<FileAttribute<Set<PosixFilePermission>>> all = new ArrayList<>();
    PosixFilePermission[] bits = PosixFilePermission.values(); // from the owner's reading down
    for (int mode = 0; mode <= PERMISSION_BITS; mode++) {
      Set<PosixFilePermission> set = EnumSet.noneOf(PosixFilePermission.class);
      for (int bit = 0; bit < bits.length; bit++) {
        if ((mode & (1 << (bits.length - 1 - bit))) != 0) {
          set.add(bits[bit]);
        }
      }
      all.add(PosixFilePermissions.asFileAttribute(set));
    }
    return all;
  }

  private static int mode(Key key, Map<String, String> metadata) {
    String mode = metadata.get(MODE);
    if (mode == null) {
      return DEFAULT_MODE;
    }
    try {
      int parsed = Integer.parseInt(mode, 8);
      if (parsed >= 0 && parsed <= 0777) {
        return parsed;
      }
    } catch (NumberFormatException e) {
      // Said below.
    }
    throw new Refusal(
        "the mode of '%s' is expected to be octal, such as 640: '%s'"
            .formatted(Keys.display(key), mode));
  }

  /// As far as this process may.
  private static void setOwner(Path path, int uid, int gid) throws IOException {
    FileStat now = FileStat.of(path).orElseThrow(() -> new NoSuchFileException(path.toString()));
    if (now.uid() == uid && now.gid() == gid) {
      return;
    }
    try {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
    } catch (FileSystemException e) {
      if (!"Operation not permitted".equals(e.getReason())) {
        throw e;
      }
    }
  }

  private void prune(Key key) throws IOException {
    String raw = key.raw();
    for (int slash = raw.lastIndexOf('/'); slash > 0; slash = raw.lastIndexOf('/', slash - 1)) {
      String path = raw.substring(0, slash);
      try {
        checked.remove(path);
        Files.deleteIfExists(RawName.resolve(root, path));
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }

  private interface Work<T> {
    T run() throws IOException;
  }

  private <T> T guarded(Key key, String what, Work<T> work) {
    refuses(key)
        .ifPresent(why -> {
          throw new Refusal(why);
        });
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(
          "%s '%s' in '%s' failed: %s".formatted(what, Keys.display(key), root, e.getMessage()), e);
    }
  }
}
