package dev.gnomon.store.files;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.FileContent;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.RawAttributes;
import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/// An entry by system calls relative to its open directory.
final class LinuxEntry extends EntryAt {
  private static final String SELF = ".";
  private static final int OWNER_BITS = 0700;
  private static final int STALE_TRIES = 5;
  private static final long STALE_PAUSE_NANOS = 2_000_000;

  private final Folder in;
  private final String name;
  private volatile @Nullable Folder self;

  private LinuxEntry(Folder in, String name, @Nullable Folder self) {
    this.in = in;
    this.name = name;
    this.self = self;
  }

  static LinuxEntry root(Folder folder) {
    return new LinuxEntry(folder, SELF, folder);
  }

  private boolean isRoot() {
    return self == in;
  }

  private Folder self() {
    Folder known = self;
    return known == null ? made() : known;
  }

  private synchronized Folder made() {
    Folder known = self;
    if (known == null) {
      known = new Folder(in.tree(), in, name);
      self = known;
    }
    return known;
  }

  @Override
  public EntryAt child(String childName) {
    if (childName.isEmpty()
        || childName.equals(SELF)
        || childName.equals("..")
        || childName.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "'%s' is no name of an entry".formatted(RawName.display(childName)));
    }
    return new LinuxEntry(self(), childName, null);
  }

  @Override
  public EntryAt sibling(String other) {
    if (isRoot()) {
      throw new IllegalStateException("nothing beside the root is in the tree");
    }
    return new LinuxEntry(in, other, null);
  }

  @Override
  public String name() {
    return isRoot() ? RawName.last(in.raw()) : name;
  }

  @Override
  public String raw() {
    return isRoot() ? in.raw() : in.raw(name);
  }

  /// What is done in an open directory.
  interface Work<T> {
    T in(int directory) throws IOException;
  }

  /// Does something in the directory of this entry.
  <T> T inDirectory(Work<T> work) throws IOException {
    return with(in, work);
  }

  /// A file server that was restarted, or whose directory somebody else exchanged, may not know an
  /// open directory any more: then it is opened anew, from the root, a few times.
  private <T> T with(Folder folder, Work<T> work) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return once(folder, work);
      } catch (IOException e) {
        if (!isStale(e) || attempt == STALE_TRIES) {
          throw e;
        }
        folder.stale(); // stays open while others use it, who meet the same
        LockSupport.parkNanos(attempt * STALE_PAUSE_NANOS);
      }
    }
  }

  private <T> T once(Folder folder, Work<T> work) throws IOException {
    int directory = folder.acquire();
    try {
      return work.in(directory);
    } catch (CallFailed e) {
      throw e.asFileSystemException(toString());
    } finally {
      folder.release();
    }
  }

  private static boolean isStale(IOException e) {
    return e.getCause() instanceof CallFailed failed && failed.errno() == Errno.ESTALE;
  }

  @Override
  public Optional<FileStat> stat() throws IOException {
    try {
      return with(in, directory -> FileCalls.look(directory, name));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return Optional.empty();
    }
  }

  @Override
  public Scan scan() throws IOException {
    Folder folder = self();
    return with(
        folder,
        directory -> {
          List<String> names = listed(folder, directory);
          int ahead = Math.min(names.size(), Scan.MAX_AHEAD);
          List<Optional<FileStat>> stats = new ArrayList<>(ahead);
          try {
            for (int i = 0; i < ahead; i++) {
              stats.add(FileCalls.look(directory, names.get(i)));
            }
            return new Scan(this, names, stats, null);
          } catch (CallFailed e) {
            if (e.errno() == Errno.ESTALE) {
              throw e; // it is about the directory
            }
            String failed = RawName.display(folder.raw(names.get(stats.size())));
            return new Scan(this, names, stats, e.asFileSystemException(failed));
          }
        });
  }

  @Override
  public List<String> names() throws IOException {
    Folder folder = self();
    return with(folder, directory -> listed(folder, directory));
  }

  /// The position in a directory is that of all who use the descriptor.
  private List<String> listed(Folder folder, int directory) throws IOException {
    if (!folder.isListable()) {
      throw new AccessDeniedException(toString());
    }
    synchronized (folder) {
      return Entries.names(directory, "");
    }
  }

  @Override
  public InputStream open() throws IOException {
    return new NativeInput(
        this, with(in, directory -> Descriptors.openToRead(directory, name, name)));
  }

  @Override
  public String target() throws IOException {
    return with(in, directory -> Entries.target(directory, name, name));
  }

  @Override
  public SortedMap<String, byte[]> attributes(FileStat.Kind kind) throws IOException {
    return with(
            in,
            directory -> {
              try {
                return RawAttributes.attributes(
                    directory, name, name, ExtendedAttributes.MAX_VALUES_BYTES);
              } catch (CallFailed e) {
                if (e.errno() == Errno.E2BIG) {
                  throw TooManyAttributesException.ofNames(this);
                }
                throw e;
              }
            })
        .orElseThrow(() -> TooManyAttributesException.ofValues(this));
  }

  @Override
  boolean setAttribute(String attribute, byte[] value) throws IOException {
    changed();
    return with(
        in,
        directory -> {
          try {
            RawAttributes.attribute(directory, name, attribute, value, name);
            return true;
          } catch (CallFailed e) {
            return notRefused(e);
          }
        });
  }

  @Override
  boolean removeAttribute(String attribute) throws IOException {
    changed();
    return with(
        in,
        directory -> {
          try {
            RawAttributes.removeAttribute(directory, name, attribute, name);
            return true;
          } catch (CallFailed e) {
            return notRefused(e);
          }
        });
  }

  private static boolean notRefused(CallFailed fault) throws CallFailed {
    return switch (fault.errno()) {
      case Errno.ENODATA -> true;
      case Errno.EPERM, Errno.EACCES, Errno.EOPNOTSUPP -> false;
      default -> throw fault;
    };
  }

  @Override
  public boolean isWritable() throws IOException {
    return with(in, directory -> Inodes.isWritable(directory, name));
  }

  @Override
  public void makeDirectory() throws IOException {
    boolean ignored =
        with(
            in,
            directory -> {
              Entries.makeDirectory(directory, name, name);
              return true;
            });
  }

  @Override
  public NewFile create(long bytes, int uid, int gid, int mode) throws IOException {
    Fresh known = in.fresh();
    boolean told = known != null && known.isOf(uid, gid) && known.plain();
    int asked = mode & (told ? Fresh.BITS : OWNER_BITS); // a default list may let others in early
    int fd = with(in, directory -> Descriptors.create(directory, name, asked, name));
    return NewFile.ofDescriptor(this, in, fd, asked, bytes);
  }

  @Override
  public void symlink(String target) throws IOException {
    boolean ignored =
        with(
            in,
            directory -> {
              Entries.symlink(target, directory, name, name);
              return true;
            });
  }

  @Override
  public void link(EntryAt existing) throws IOException {
    LinuxEntry from = (LinuxEntry) existing;
    boolean ignored =
        from.with(
            from.in,
            source ->
                with(
                    in,
                    directory -> {
                      Entries.link(source, from.name, directory, name, name);
                      return true;
                    }));
  }

  @Override
  public void rename(EntryAt other) throws IOException {
    LinuxEntry to = (LinuxEntry) other;
    boolean ignored =
        with(
            in,
            source ->
                to.with(
                    to.in,
                    directory -> {
                      try {
                        Entries.rename(source, name, directory, to.name, to.name);
                      } catch (CallFailed e) {
                        if (e.errno() == Errno.EXDEV) {
                          throw new AtomicMoveNotSupportedException(
                              toString(), to.toString(), Errno.reason(e.errno()));
                        }
                        throw e;
                      }
                      return true;
                    }));
  }

  @Override
  public boolean remove() throws IOException {
    try {
      return with(in, directory -> Entries.remove(directory, name, name));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return false;
    }
  }

  @Override
  public boolean removeDirectory() throws IOException {
    forget();
    return with(in, directory -> Entries.removeDirectory(directory, name, name));
  }

  @Override
  public boolean owner(int uid, int gid) throws IOException {
    changed();
    return with(
        in,
        directory -> {
          try {
            Inodes.owner(directory, name, uid, gid, name);
            return true;
          } catch (CallFailed e) {
            if (e.errno() == Errno.EPERM) {
              return false;
            }
            throw e;
          }
        });
  }

  @Override
  public void mode(int mode) throws IOException {
    changed();
    boolean ignored =
        with(
            in,
            directory -> {
              Inodes.permissions(directory, name, mode, name);
              return true;
            });
  }

  @Override
  public void time(long seconds, int nanos) throws IOException {
    boolean ignored =
        with(
            in,
            directory -> {
              Inodes.time(directory, name, seconds, nanos, name);
              return true;
            });
  }

  @Override
  public void flush() throws IOException {
    boolean ignored =
        with(
            self(),
            directory -> {
              FileContent.sync(directory, "");
              return true;
            });
  }

  /// New files in it may be others than before.
  private void changed() {
    Folder known = self;
    if (known != null) {
      known.fresh(null);
    }
  }

  @Override
  public void forget() {
    Folder known = self;
    if (known != null && !isRoot()) {
      self = null;
      boolean ignored = known.closeIfIdle();
    }
  }
}
