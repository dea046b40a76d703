package dev.gnomon.store.journal;

import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.journal.Key;
import dev.gnomon.core.journal.KeyedTarget.Prepared;
import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.FileContent;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.RawAttributes;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.FileStat.Kind;
import dev.gnomon.store.files.Fresh;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.journal.TargetDirectories.Below;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileSystemException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Writes the files of a [DirectoryTarget]: each under a temporary name beside its place, which it
/// leaves by a rename. What a kill left is tidied: a mark in the top directory, there while
/// something is written, says that there may be temporary files in directories that are written to
/// then. Thread-safe.
final class TargetWriter {
  private static final String MARK = LeftAlone.TEMPORARY + "writing";
  private static final int DEFAULT_MODE = 0644;
  private static final int OWNER_BITS = 0700;
  private static final int MAX_TRIES = 100;
  private static final int BUFFER_BYTES = 64 << 10;
  private static final ThreadLocal<byte[]> BUFFER =
      ThreadLocal.withInitial(() -> new byte[BUFFER_BYTES]);

  private final TargetDirectories directories;
  private final String ownNames;
  private final AtomicLong written = new AtomicLong();
  private final Set<String> tidied = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean replaces = new AtomicBoolean();
  private volatile @Nullable Boolean othersLeft;
  private final Leftovers leftovers;

  /// @param run a fresh UUID
  TargetWriter(TargetDirectories directories, String run) {
    this.directories = directories;
    this.leftovers = new Leftovers(directories);
    this.ownNames = LeftAlone.TEMPORARY + run + "-";
  }

  /// A value that is to become a file.
  private record Value(Key key, Map<String, String> metadata, Supplier<InputStream> content) {
    String directory() {
      return RawName.parent(key.raw());
    }

    String name() {
      return RawName.last(key.raw());
    }
  }

  /// @throws IOException that names the file
  Prepared prepare(Key key, Map<String, String> metadata, Supplier<InputStream> content)
      throws IOException {
    Value value = new Value(key, metadata, content);
    return new WrittenFile(value, made(value, in -> write(value, in)));
  }

  /// Whether a run was killed, or goes on beside this one, or that can't be known.
  private boolean mayHoldOthers() throws IOException {
    Boolean known = othersLeft;
    return known != null ? known : begun();
  }

  private synchronized boolean begun() throws IOException {
    Boolean known = othersLeft;
    if (known == null) {
      known =
          directories.inMade(
              "",
              top -> {
                try {
                  Descriptors.close(
                      Descriptors.create(top.descriptor(), MARK, directories.shown(MARK)));
                  return false;
                } catch (CallFailed e) {
                  return true;
                }
              });
      othersLeft = known;
    }
    return known;
  }

  /// The work was given up and what it prepared dropped. A mark that was there before it stays:
  /// what another run left may lie where this one did not come to. So does its own if something
  /// could not be dropped.
  synchronized void giveUp() throws IOException {
    if (Boolean.FALSE.equals(othersLeft)) {
      end();
    }
  }

  /// All was written.
  synchronized void end() throws IOException {
    if (othersLeft != null) {
      if (leftovers.removed()) {
        boolean ignored =
            directories
                .inExisting(
                    "", top -> Entries.remove(top.descriptor(), MARK, directories.shown(MARK)))
                .orElse(false);
      }
      othersLeft = null;
      tidied.clear();
    }
  }

  /// Flushes the file system if files are to be replaced: before a file gets the name of another
  /// one, its content has to be on the disk. ext4 sees to that at each such rename by itself, one
  /// write after the other; then it has nothing left to do.
  void settle() throws IOException {
    if (replaces.getAndSet(false)) {
      directories.sync();
    }
  }

  /// A file under its temporary name.
  private final class WrittenFile implements Prepared {
    private final Value value;
    private final String temporary;
    private boolean ended;

    WrittenFile(Value value, String temporary) {
      this.value = value;
      this.temporary = temporary;
    }

    @Override
    public void publish() {
      ended = true;
      try {
        if (!renamed()) {
          boolean ignored =
              made(
                  value,
                  in -> {
                    rename(value, in, write(value, in));
                    return true;
                  });
        }
      } catch (IOException e) {
        throw directories.fault("writing", value.key(), e);
      }
    }

    /// @return false if it or its directory was removed, or exchanged, since it was written
    private boolean renamed() throws IOException {
      try {
        return directories
            .inExisting(
                value.directory(),
                in -> {
                  rename(value, in, temporary);
                  return true;
                })
            .orElse(false);
      } catch (CallFailed e) {
        if (e.errno() != Errno.ENOENT) {
          throw e;
        }
        return false;
      }
    }

    @Override
    public void drop() {
      if (ended) {
        return;
      }
      ended = true;
      try {
        takeAway(
            value,
            temporary,
            () ->
                directories
                    .inExisting(
                        value.directory(),
                        in -> Entries.remove(in.descriptor(), temporary, path(value)))
                    .orElse(false));
      } catch (IOException e) {
        throw directories.fault("tidying beside", value.key(), e);
      }
    }
  }

  /// Works in the directory of a value, and makes it if it is not there.
  private <T> T made(Value value, TargetDirectories.Work<T> work) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return directories.inMade(value.directory(), work);
      } catch (CallFailed e) { // its directory was emptied and removed beside
        if (e.errno() != Errno.ENOENT || attempt == MAX_TRIES) {
          throw e;
        }
        directories.drop(""); // or one above it, which may be open and gone
      }
    }
  }

  /// @return the temporary name of the written file
  private String write(Value value, Below directory) throws IOException {
    if (mayHoldOthers() && tidied.add(value.directory())) {
      tidy(directory, value);
    }
    String path = path(value);
    int in = directory.descriptor();
    Optional<FileStat> there = FileStat.of(in, value.name());
    if (there.isPresent() && there.get().kind() != Kind.FILE) {
      throw new FileSystemException(
          RawName.display(path), null, there.get().kind().words() + " is where a file has to be");
    }
    int mode = there.map(FileStat::mode).orElseGet(() -> mode(value));
    int uid = there.map(FileStat::uid).orElse(directory.uid());
    int gid = there.map(FileStat::gid).orElse(directory.gid());
    Optional<byte[]> list =
        there.isPresent() ? RawAttributes.accessList(in, value.name(), path) : Optional.empty();
    int asked = mode & (staysShut(directory, there, list) ? OWNER_BITS : Fresh.BITS);
    String temporary = ownNames + written.incrementAndGet();
    boolean done = false;
    try {
      int file = Descriptors.create(in, temporary, asked, path);
      try (InputStream from = value.content().get()) {
        copy(from, file, path);
        Fresh fresh = fresh(directory, file, asked, path);
        boolean owned = fresh.isOf(uid, gid);
        if (!owned) {
          TargetDirectories.setOwner(file, uid, gid, path);
        }
        boolean listed = there.isPresent() && accessList(in, temporary, list, fresh, path);
        if (!owned || listed || mode != fresh.mode(asked)) {
          Inodes.permissions(file, mode, path);
        }
      } finally {
        Descriptors.close(file);
      }
      done = true;
    } finally {
      if (!done) {
        takeAway(value, temporary, () -> Entries.remove(in, temporary, path));
      }
    }
    if (there.isPresent()) {
      replaces.set(true);
    }
    return temporary;
  }

  /// Whether a file is for its owner only until it is as the one that it replaces: that has an
  /// access list, or the directory may give it one that lets others in.
  private static boolean staysShut(
      Below directory, Optional<FileStat> there, Optional<byte[]> list) {
    Fresh known = directory.fresh();
    return there.isPresent() && (list.isPresent() || known == null || !known.plain());
  }

  /// Gives a file the access list of the one that it replaces, or takes the one away that its
  /// directory gave it: with a list the group's bits of a mode are the mask of the list.
  ///
  /// @return whether its list was another one
  private static boolean accessList(
      int in, String temporary, Optional<byte[]> wanted, Fresh fresh, String path)
      throws IOException {
    if (wanted.isPresent()) {
      RawAttributes.attribute(in, temporary, RawAttributes.ACCESS_LIST, wanted.get(), path);
      return true;
    }
    if (fresh.plain() || RawAttributes.accessList(in, temporary, path).isEmpty()) {
      return false;
    }
    RawAttributes.removeAttribute(in, temporary, RawAttributes.ACCESS_LIST, path);
    return true;
  }

  private void rename(Value value, Below directory, String temporary) throws IOException {
    int in = directory.descriptor();
    boolean renamed = false;
    try {
      Entries.rename(in, temporary, in, value.name(), path(value));
      renamed = true;
    } finally {
      if (!renamed) {
        takeAway(value, temporary, () -> Entries.remove(in, temporary, path(value)));
      }
    }
  }

  /// Removes a temporary file. One that stays is tried again when all was written, or is for the
  /// next run to remove.
  private void takeAway(Value value, String temporary, Removal removal) throws IOException {
    boolean done = false;
    try {
      boolean ignored = removal.run();
      done = true;
    } finally {
      if (!done) {
        leftovers.add(value.directory(), temporary);
      }
    }
  }

  private interface Removal {
    /// @return whether there was something
    boolean run() throws IOException;
  }

  /// Removes what a kill left. Whoever else is writing here now writes it again.
  private void tidy(Below directory, Value value) throws IOException {
    String path = path(value);
    for (String name : Entries.namesBeginning(directory.descriptor(), LeftAlone.TEMPORARY, path)) {
      if (!name.startsWith(ownNames)
          && !name.equals(MARK)
          && FileStat.of(directory.descriptor(), name)
              .filter(stat -> stat.kind() != Kind.DIRECTORY)
              .isPresent()) {
        boolean ignored = Entries.remove(directory.descriptor(), name, path);
      }
    }
  }

  private String path(Value value) {
    return directories.shown(value.key().raw());
  }

  private static void copy(InputStream from, int file, String path) throws IOException {
    byte[] buffer = BUFFER.get();
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      FileContent.write(file, buffer, 0, count, path);
    }
  }

  /// @param asked permissions that the file was to be made with
  private static Fresh fresh(Below directory, int file, int asked, String path) throws IOException {
    Fresh known = directory.fresh();
    if (known == null || !known.tells(asked)) {
      known = Fresh.with(known, Stat.of(file, path), asked, RawAttributes.hasNone(file));
      directory.fresh(known);
    }
    return known;
  }

  private static int mode(Value value) {
    String mode = value.metadata().get(DirectoryTarget.MODE);
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
            .formatted(Keys.display(value.key()), mode));
  }
}
