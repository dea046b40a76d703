package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

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

  private static final int MAX_NAME_BYTES = 255;
  private static final int DEFAULT_MODE = 0644;
  private static final int MAX_TRIES = 100;

  private final Path root;
  private final long device;
  private final FileStat rootStat;
  private final Supplier<String> ids;
  private final Map<Path, FileStat> checked = new ConcurrentHashMap<>();

  private DirectoryTarget(Path root, FileStat stat, Supplier<String> ids) {
    this.root = root;
    this.rootStat = stat;
    this.device = stat.device();
    this.ids = ids;
  }

  /// @param directory that is there, and not `/`
  /// @param ids a fresh UUID at each call
  /// @throws Refusal if it is not a directory
  public static DirectoryTarget of(Path directory, Supplier<String> ids) {
    try {
      Path root = directory.toRealPath();
      FileStat stat = FileStat.of(root).orElseThrow(() -> new NoSuchFileException(root.toString()));
      if (stat.kind() != Kind.DIRECTORY || root.getNameCount() == 0) {
        throw new Refusal("'" + directory + "' is not a directory that can be restored to");
      }
      return new DirectoryTarget(root, stat, ids);
    } catch (NoSuchFileException e) {
      throw new Refusal("there is no directory '" + directory + "'", e);
    } catch (IOException e) {
      throw new UncheckedIOException("looking at '" + directory + "' failed: " + e, e);
    }
  }

  @Override
  public Optional<String> refuses(Key key) {
    for (String name : key.raw().split("/", -1)) {
      if (name.isEmpty() || name.equals(".") || name.equals("..") || name.indexOf('\0') >= 0) {
        return Optional.of("'%s' is no path of a file".formatted(Keys.display(key)));
      }
      if (name.length() > MAX_NAME_BYTES) {
        return Optional.of(
            "'%s' has a name of %d bytes, at most %d are possible"
                .formatted(Keys.display(key), name.length(), MAX_NAME_BYTES));
      }
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
              : FileStat.of(place.get())
                  .filter(stat -> stat.kind() == Kind.FILE)
                  .map(stat -> new Item(key, stat.size()));
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
            if (!Files.isRegularFile(place.get(), LinkOption.NOFOLLOW_LINKS)) {
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
            Path at = makePlace(key);
            try {
              write(key, at, metadata, content);
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
          if (place.isPresent()
              && FileStat.of(place.get()).filter(stat -> stat.kind() == Kind.FILE).isPresent()) {
            Files.deleteIfExists(place.get());
            prune(above(place.get()));
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

  /// @return empty if there is no directory for it, or something else stands where one has to be
  private Optional<Path> place(Key key) throws IOException {
    Path directory = root;
    String raw = key.raw();
    int from = 0;
    for (int slash = raw.indexOf('/'); slash >= 0; slash = raw.indexOf('/', from)) {
      directory = RawName.resolve(directory, raw.substring(from, slash));
      from = slash + 1;
      if (!checked.containsKey(directory)) {
        Optional<FileStat> stat = FileStat.of(directory);
        if (stat.filter(s -> s.kind() == Kind.DIRECTORY).isEmpty()) {
          return Optional.empty();
        }
        checked.put(directory, requireSameDevice(directory, stat.get()));
      }
    }
    return Optional.of(RawName.resolve(directory, raw.substring(from)));
  }

  private Path makePlace(Key key) throws IOException {
    Path directory = root;
    String raw = key.raw();
    FileStat above = rootStat;
    int from = 0;
    for (int slash = raw.indexOf('/'); slash >= 0; slash = raw.indexOf('/', from)) {
      directory = RawName.resolve(directory, raw.substring(from, slash));
      from = slash + 1;
      FileStat known = checked.get(directory);
      if (known == null) {
        known = makeDirectory(directory, above);
        checked.put(directory, known);
      }
      above = known;
    }
    return RawName.resolve(directory, raw.substring(from));
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

  private void write(Key key, Path at, Map<String, String> metadata, Supplier<InputStream> content)
      throws IOException {
    Optional<FileStat> there = FileStat.of(at);
    if (there.isPresent() && there.get().kind() != Kind.FILE) {
      throw new FileSystemException(
          at.toString(), null, there.get().kind().words() + " is where a file has to be");
    }
    Path temporary = at.resolveSibling(LeftAlone.TEMPORARY + ids.get());
    try {
      try (FileChannel channel =
              (FileChannel)
                  Files.newByteChannel(
                      temporary,
                      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                      PosixFilePermissions.asFileAttribute(
                          PosixFilePermissions.fromString("rw-------")));
          InputStream in = content.get()) {
        in.transferTo(Channels.newOutputStream(channel));
      }
      FileStat owner = there.orElseGet(() -> checked.getOrDefault(above(at), rootStat));
      setOwner(temporary, owner.uid(), owner.gid());
      Files.setAttribute(
          temporary, "unix:mode", there.map(FileStat::mode).orElseGet(() -> mode(key, metadata)));
      Files.move(
          temporary, at, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      Files.deleteIfExists(temporary);
    }
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

  private void prune(Path from) throws IOException {
    for (Path directory = from; !directory.equals(root); directory = above(directory)) {
      try {
        checked.remove(directory);
        Files.deleteIfExists(directory);
      } catch (DirectoryNotEmptyException e) {
        return;
      }
    }
  }

  private Path above(Path path) {
    Path parent = path.getParent();
    return parent == null ? root : parent;
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
