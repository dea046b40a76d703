package dev.gnomon.store.restore;

import dev.gnomon.linux.RawName;
import dev.gnomon.store.blobs.BlobReader;
import dev.gnomon.store.blobs.Hash;
import dev.gnomon.store.files.ExtendedAttributes;
import dev.gnomon.store.files.FileStat;
import dev.gnomon.store.files.Holes;
import dev.gnomon.store.files.LeftAlone;
import dev.gnomon.store.files.Links;
import dev.gnomon.store.files.NewFile;
import dev.gnomon.store.tree.Contents;
import dev.gnomon.store.tree.Entry;
import dev.gnomon.store.tree.Meta;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.Supplier;

/// Writes single entries of a restore: beside their place under a temporary name, renamed when
/// whole. Nothing of an entry changes before all of its content was read and checked. Thread-safe.
final class EntryWriter {
  private final Path target;
  private final BlobReader reader;
  private final Supplier<String> ids;
  private final Refusals refusals;
  private final EarlyFlush flush;

  /// @param refusals told of owners and attributes that this process may not set
  /// @param flush told of what was written
  EntryWriter(
      Path target, BlobReader reader, Supplier<String> ids, Refusals refusals, EarlyFlush flush) {
    this.target = target;
    this.reader = reader;
    this.ids = ids;
    this.refusals = refusals;
    this.flush = flush;
  }

  void file(Path at, Entry.FileEntry file) throws IOException {
    Path temporary = temporary(at);
    boolean done = false;
    try {
      boolean hasMetadata;
      try (NewFile made = NewFile.create(temporary)) {
        Iterator<Hash> chunks = Contents.chunks(file.content(), reader::read);
        while (chunks.hasNext()) {
          byte[] chunk = reader.read(chunks.next());
          if (file.sparse()) {
            Holes.write(made, chunk);
          } else {
            made.write(chunk, 0, chunk.length);
          }
        }
        if (file.sparse()) {
          made.end();
        }
        hasMetadata = made.setsMetadata();
        if (hasMetadata) {
          meta(at, temporary, made, file.meta());
        }
      }
      if (!hasMetadata) {
        meta(temporary, FileStat.Kind.FILE, file.meta());
      }
      NewFile.rename(temporary, at);
      done = true;
      flush.wrote(file.content().size());
    } finally {
      if (!done) {
        Files.deleteIfExists(temporary);
      }
    }
  }

  /// Sets the metadata of a file that is open.
  private void meta(Path at, Path temporary, NewFile made, Meta meta) throws IOException {
    if (!made.owner(meta.uid(), meta.gid())) {
      refusals.add(shown(at), "owner %d:%d".formatted(meta.uid(), meta.gid()));
    }
    made.mode(meta.mode());
    if (!meta.attributes().isEmpty() || !made.hasNoAttributes()) {
      ExtendedAttributes.apply(temporary, FileStat.Kind.FILE, meta.attributes())
          .ifPresent(names -> refusals.add(shown(at), "extended attributes " + names));
    }
    made.time(meta.mtimeSeconds(), meta.mtimeNanos());
  }

  void symlink(Path at, Entry.SymlinkEntry link) throws IOException {
    Path temporary = temporary(at);
    try {
      Links.symlink(temporary, link.target());
      meta(temporary, FileStat.Kind.SYMLINK, link.meta());
      NewFile.rename(temporary, at);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// Makes a further name of a file.
  void hardLink(Path at, Path existing) throws IOException {
    Path temporary = temporary(at);
    try {
      Files.createLink(temporary, existing);
      NewFile.rename(temporary, at);
    } finally {
      Files.deleteIfExists(temporary);
    }
  }

  /// Makes a directory that only this user may enter; its own mode comes last.
  void directory(Path at) throws IOException {
    try {
      Files.createDirectory(
          at, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    } catch (FileAlreadyExistsException e) { // a part that runs beside this one
      if (FileStat.of(at).filter(s -> s.kind() == FileStat.Kind.DIRECTORY).isEmpty()) {
        throw e;
      }
    }
  }

  /// Sets owner, mode, extended attributes and time, in this order: each may undo those after it.
  ///
  /// @return whether anything was different
  boolean meta(Path at, FileStat.Kind kind, Meta meta) throws IOException {
    FileStat stat = FileStat.of(at).orElseThrow(() -> new IOException(at + " vanished"));
    boolean changed = false;
    if (stat.uid() != meta.uid() || stat.gid() != meta.gid()) {
      changed = owner(at, meta);
    }
    if (kind != FileStat.Kind.SYMLINK && (changed || stat.mode() != meta.mode())) {
      Files.setAttribute(at, "unix:mode", meta.mode());
      changed = true;
    }
    if (!ExtendedAttributes.same(ExtendedAttributes.of(at, kind), meta.attributes())) {
      ExtendedAttributes.apply(at, kind, meta.attributes())
          .ifPresent(names -> refusals.add(shown(at), "extended attributes " + names));
      changed = true;
    }
    if (changed
        || stat.mtimeSeconds() != meta.mtimeSeconds()
        || stat.mtimeNanoOfSecond() != meta.mtimeNanos()) {
      Links.setTime(at, meta.mtimeSeconds(), meta.mtimeNanos());
      changed = true;
    }
    return changed;
  }

  /// Moves an entry out of the way, to a directory beside the target, or inside of it where that is
  /// another file system.
  ///
  /// @return where it is now
  Path moveAside(String path, Path at) throws IOException {
    String name = RawName.of(target) + LeftAlone.ASIDE;
    Path parent = java.util.Objects.requireNonNull(target.toAbsolutePath().getParent());
    Path beside = RawName.resolve(parent, name).resolve(ids.get());
    Path inside = target.resolve(LeftAlone.ASIDE).resolve(ids.get());
    try {
      return moved(at, RawName.resolve(beside, path));
    } catch (AtomicMoveNotSupportedException e) {
      return moved(at, RawName.resolve(inside, path));
    }
  }

  private static Path moved(Path at, Path to) throws IOException {
    Files.createDirectories(to.getParent());
    return Files.move(at, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private boolean owner(Path at, Meta meta) throws IOException {
    try {
      Files.setAttribute(at, "unix:uid", meta.uid(), LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(at, "unix:gid", meta.gid(), LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (FileSystemException e) {
      if (!"Operation not permitted".equals(e.getReason())) {
        throw e;
      }
      refusals.add(shown(at), "owner %d:%d".formatted(meta.uid(), meta.gid()));
      return false;
    }
  }

  private Path temporary(Path at) {
    return at.resolveSibling(LeftAlone.TEMPORARY + ids.get());
  }

  private static String shown(Path at) {
    return RawName.display(RawName.ofWhole(at));
  }

  /// What this process may not set: counted, the first one named.
  static final class Refusals {
    private Optional<String> first = Optional.empty();
    private long count;

    synchronized void add(String path, String what) {
      count++;
      if (first.isEmpty()) {
        first = Optional.of("'" + path + "': " + what);
      }
    }

    synchronized Optional<String> summary() {
      return first.map(named ->
          "all content is restored, but %d owners or attributes can't be set by this user; first %s"
              .formatted(count, named));
    }
  }
}
