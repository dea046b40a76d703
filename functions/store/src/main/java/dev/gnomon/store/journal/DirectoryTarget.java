package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget;
import dev.gnomon.core.journal.PathKeys;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.SourceFiles;
import dev.gnomon.store.journal.TargetDirectories.Below;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Supplier;

/// Values as the regular files of a directory; the key is the path below it, byte for byte. One for
/// one piece of work. Thread-safe.
///
/// A key can't lead out of the directory: empty, `.` and `..` names are refused, and so is every
/// path with a symbolic link or a file where a directory has to be, whenever it came there
/// ([TargetDirectories]). A new file is written beside its place and renamed ([TargetWriter]); it
/// takes owner, mode and access list of the one that it replaces, or the mode that the metadata
/// [#MODE] says and the owner of its directory. Other metadata is not kept. Links, devices and what
/// is mounted inside are no values; a directory that becomes empty is removed.
public final class DirectoryTarget implements KeyedTarget, AutoCloseable {
  /// Metadata with the permissions of a file, octal: `640`.
  public static final String MODE = "mode";

  private static final Cleaner CLEANER = Cleaner.create();

  private final TargetDirectories directories;
  private final TargetWriter writer;

  private DirectoryTarget(TargetDirectories directories, String run) {
    this.directories = directories;
    this.writer = new TargetWriter(directories, run);
    CLEANER.register(this, () -> directories.drop("")); // of work that ended without a flush
  }

  /// @param directory that is there, and not `/`
  /// @param ids a fresh UUID at each call; names files that are being written
  /// @throws Refusal if it is not a directory, or this system can't
  public static DirectoryTarget of(Path directory, Supplier<String> ids) {
    if (!Linux.isAvailable()) {
      throw new Refusal("a journal comes to directories on 64-bit Linux only, with native access");
    }
    try {
      Path root = directory.toRealPath();
      FileStat stat = FileStat.of(root).orElseThrow(() -> new NoSuchFileException(root.toString()));
      if (stat.kind() != Kind.DIRECTORY || root.getNameCount() == 0) {
        throw new Refusal("'" + directory + "' is not a directory that can be restored to");
      }
      return new DirectoryTarget(new TargetDirectories(root, stat), ids.get());
    } catch (NoSuchFileException e) {
      throw new Refusal("there is no directory '" + directory + "'", e);
    } catch (IOException e) {
      throw new UncheckedIOException("looking at '" + directory + "' failed: " + e, e);
    }
  }

  /// Closes the directories that are open yet, of work that ended in a fault before its [#flush].
  @Override
  public void close() {
    try {
      flushing(writer::giveUp);
    } finally {
      directories.drop("");
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
    open.push(list(""));
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
        () ->
            in(
                key,
                (directory, name) ->
                    file(directory, name).map(file -> new Item(key, file.size()))));
  }

  @Override
  public Optional<InputStream> read(Key key) {
    return guarded(
        key, "reading", () -> in(key, (directory, name) -> opened(directory, name, key)));
  }

  /// All of one directory settle together.
  @Override
  public Batch batch() {
    return new Batch() {
      @Override
      public Prepared prepare(
          Key key, Map<String, String> metadata, Supplier<InputStream> content) {
        return guarded(key, "writing", () -> writer.prepare(key, metadata, content));
      }

      @Override
      public void settle() {
        flushing(writer::settle);
      }
    };
  }

  @Override
  public void delete(Key key) {
    guarded(
        key,
        "deleting",
        () -> {
          boolean deleted =
              directories
                  .inExisting(
                      RawName.parent(key.raw()),
                      directory -> {
                        String name = RawName.last(key.raw());
                        return file(directory, name).isPresent()
                            && Entries.remove(
                                directory.descriptor(), name, directories.shown(key.raw()));
                      })
                  .orElse(false);
          if (deleted) {
            directories.prune(RawName.parent(key.raw()));
          }
          return true;
        });
  }

  @Override
  public void flush() {
    flushing(() -> {
      directories.sync();
      writer.end();
      directories.drop("");
    });
  }

  private interface Flush {
    void run() throws IOException;
  }

  private void flushing(Flush flush) {
    try {
      flush.run();
    } catch (IOException e) {
      throw new UncheckedIOException("flushing '" + directories.root() + "' failed: " + e, e);
    }
  }

  private record Found(String path, FileStat stat) {
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
        open.push(list(found.path()));
      } else if (found.path().length() <= Key.MAX_BYTES) {
        return Optional.of(new Item(new Key(found.path()), found.stat().size()));
      }
    }
    return Optional.empty();
  }

  /// Files and directories in the order of the keys in and below them.
  private Iterator<Found> list(String path) {
    List<Found> found = new ArrayList<>();
    try {
      directories.inExisting(
          path,
          directory -> {
            for (String name : Entries.names(directory.descriptor(), directories.shown(path))) {
              FileStat.of(directory.descriptor(), name)
                  .filter(stat -> stat.kind() == Kind.FILE || stat.kind() == Kind.DIRECTORY)
                  .filter(stat -> LeftAlone.reason(name, stat, directories.device()).isEmpty())
                  .ifPresent(stat -> found.add(new Found(RawName.join(path, name), stat)));
            }
            return true;
          });
    } catch (IOException e) {
      throw new UncheckedIOException(
          "listing '%s' failed: %s".formatted(RawName.display(directories.shown(path)), e), e);
    }
    found.sort(Comparator.comparing(Found::order));
    return found.iterator();
  }

  /// What is done with the last name of a key in its directory.
  private interface Look<T> {
    Optional<T> at(Below directory, String name) throws IOException;
  }

  /// @return empty if there is no directory for it, or something else stands where one has to be
  private <T> Optional<T> in(Key key, Look<T> look) throws IOException {
    String name = RawName.last(key.raw());
    return directories
        .inExisting(RawName.parent(key.raw()), directory -> look.at(directory, name))
        .flatMap(found -> found);
  }

  private static Optional<FileStat> file(Below directory, String name) throws IOException {
    return FileStat.of(directory.descriptor(), name).filter(stat -> stat.kind() == Kind.FILE);
  }

  private Optional<InputStream> opened(Below directory, String name, Key key) throws IOException {
    String path = directories.shown(key.raw());
    int file;
    try {
      file = Descriptors.openToRead(directory.descriptor(), name, path);
    } catch (CallFailed e) {
      if (e.isGone()) {
        return Optional.empty();
      }
      throw e;
    }
    boolean isFile = false;
    try {
      isFile = Stat.of(file, path).isFile();
    } finally {
      if (!isFile) {
        Descriptors.close(file);
      }
    }
    if (!isFile) {
      return Optional.empty();
    }
    return Optional.of(SourceFiles.ofDescriptor(file, RawName.display(path)));
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
      throw directories.fault(what, key, e);
    }
  }
}
