package dev.gnomon.store.files;

import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// An entry by its path, with what java.nio has; for other systems than Linux.
final class PathEntry extends EntryAt {
  private static final String USER = "user.";

  private final Path path;
  private final String name;

  /// @param name raw; empty for the root
  PathEntry(Path path, String name) {
    this.path = path;
    this.name = name;
  }

  @Override
  public EntryAt child(String childName) {
    return new PathEntry(RawName.resolve(path, childName), childName);
  }

  @Override
  public EntryAt sibling(String other) {
    Path directory = path.getParent();
    if (directory == null || name.isEmpty()) {
      throw new IllegalStateException("nothing beside the root is in the tree");
    }
    return new PathEntry(RawName.resolve(directory, other), other);
  }

  @Override
  public String name() {
    return name.isEmpty() ? RawName.of(path) : name;
  }

  @Override
  public String raw() {
    return RawName.ofWhole(path);
  }

  @Override
  public Optional<FileStat> stat() throws IOException {
    return FileStat.byNio(path);
  }

  @Override
  public Scan scan() throws IOException {
    return new Scan(this, names(), List.of(), null);
  }

  @Override
  public List<String> names() throws IOException {
    return Listing.of(path);
  }

  @Override
  public InputStream open() throws IOException {
    return Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public String target() throws IOException {
    return RawName.ofWhole(Files.readSymbolicLink(path));
  }

  @Override
  public SortedMap<String, byte[]> attributes(FileStat.Kind kind) throws IOException {
    if (kind != FileStat.Kind.FILE && kind != FileStat.Kind.DIRECTORY) {
      return Collections.emptySortedMap();
    }
    UserDefinedFileAttributeView view = view();
    SortedMap<String, byte[]> attributes = new TreeMap<>();
    long bytes = 0;
    for (String attribute : view.list()) {
      int size = view.size(attribute);
      bytes += size;
      if (bytes > ExtendedAttributes.MAX_VALUES_BYTES) {
        throw TooManyAttributesException.ofValues(this);
      }
      ByteBuffer value = ByteBuffer.allocate(size);
      view.read(attribute, value);
      attributes.put(USER + attribute, Arrays.copyOf(value.array(), value.position()));
    }
    return attributes;
  }

  @Override
  boolean setAttribute(String attribute, byte[] value) throws IOException {
    if (!attribute.startsWith(USER)) {
      return false;
    }
    view().write(attribute.substring(USER.length()), ByteBuffer.wrap(value));
    return true;
  }

  @Override
  boolean removeAttribute(String attribute) throws IOException {
    view().delete(attribute.substring(USER.length()));
    return true;
  }

  private UserDefinedFileAttributeView view() throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new IOException("no extended attributes can be had of " + path);
    }
    return view;
  }

  @Override
  public boolean isWritable() {
    return Files.isWritable(path);
  }

  @Override
  public void makeDirectory() throws IOException {
    Files.createDirectory(
        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  @Override
  public NewFile create(long bytes, int uid, int gid, int mode) throws IOException {
    return NewFile.ofChannel(this, path);
  }

  @Override
  public void symlink(String target) throws IOException {
    Files.createSymbolicLink(path, RawName.resolve(Path.of(""), target));
  }

  @Override
  public void link(EntryAt existing) throws IOException {
    Files.createLink(path, ((PathEntry) existing).path);
  }

  @Override
  public void rename(EntryAt to) throws IOException {
    Path target = ((PathEntry) to).path;
    if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)
        && !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    Files.move(path, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public boolean remove() throws IOException {
    return Files.deleteIfExists(path);
  }

  @Override
  public boolean removeDirectory() throws IOException {
    return Files.deleteIfExists(path);
  }

  @Override
  public boolean owner(int uid, int gid) throws IOException {
    try {
      Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
      Files.setAttribute(path, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
      return true;
    } catch (FileSystemException e) {
      if (!"Operation not permitted".equals(e.getReason())) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void mode(int mode) throws IOException {
    Files.setAttribute(path, "unix:mode", mode);
  }

  @Override
  public void time(long seconds, int nanos) throws IOException {
    FileTime time = FileTime.from(Instant.ofEpochSecond(seconds, nanos));
    Files.getFileAttributeView(path, BasicFileAttributeView.class, LinkOption.NOFOLLOW_LINKS)
        .setTimes(time, null, null);
  }

  @Override
  public void flush() throws IOException {
    try (var entries = Files.walk(path)) {
      for (Path each : (Iterable<Path>) entries::iterator) {
        if (Files.isRegularFile(each, LinkOption.NOFOLLOW_LINKS)) {
          try (FileChannel channel = FileChannel.open(each)) {
            channel.force(true);
          }
        }
      }
    }
  }

  @Override
  public void forget() {}
}
