package dev.gnomon.filesystem.fence;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Entries;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;

/// [Syscalls] on java.nio and, where there are, system calls. Without them a swap is refused, a
/// move checks the new name just before, and nothing can be made immutable.
final class LinuxSyscalls implements Syscalls {
  private static final Set<PosixFilePermission> NOBODY_WRITES =
      PosixFilePermissions.fromString("r-xr-xr-x");

  @Override
  public void makePlaceholder(Path dir) throws IOException {
    Files.createDirectory(dir, PosixFilePermissions.asFileAttribute(NOBODY_WRITES));
    if (!Files.getPosixFilePermissions(dir, LinkOption.NOFOLLOW_LINKS).equals(NOBODY_WRITES)) {
      Files.setPosixFilePermissions(dir, NOBODY_WRITES);
    }
  }

  @Override
  public boolean exchange(Path one, Path other) throws IOException {
    String path = RawName.ofAbsolute(one);
    try {
      return Linux.isAvailable()
          && Entries.exchange(
              Descriptors.HERE, path, Descriptors.HERE, RawName.ofAbsolute(other), path);
    } catch (CallFailed e) {
      throw e.asFileSystemException();
    }
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    if (Linux.isAvailable() && moved(RawName.ofAbsolute(from), RawName.ofAbsolute(to))) {
      return;
    }
    if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(to.toString());
    }
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static boolean moved(String from, String to) throws IOException {
    try {
      return Entries.renameToNew(Descriptors.HERE, from, Descriptors.HERE, to, to);
    } catch (CallFailed e) {
      throw e.errno() == Errno.ENOENT
          ? new CallFailed("rename", from, e.errno()).asFileSystemException()
          : e.asFileSystemException();
    }
  }

  @Override
  public Optional<String> setImmutable(Path dir, boolean immutable) {
    if (!Linux.isAvailable()) {
      return Optional.of("this system has no immutable flag");
    }
    try {
      Inodes.setFlags(dir, Inodes.FS_IMMUTABLE_FL, immutable);
      return Optional.empty();
    } catch (CallFailed e) {
      return Optional.of(
          "the immutable flag can't be changed: " + Faults.reason(e.asFileSystemException()));
    } catch (IOException e) {
      return Optional.of("the immutable flag can't be changed: " + Faults.reason(e));
    }
  }

  @Override
  public Optional<Boolean> immutable(Path path) {
    try {
      return Linux.isAvailable()
          ? Optional.of((Inodes.flags(path) & Inodes.FS_IMMUTABLE_FL) != 0)
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public boolean canSetImmutable(Path parent) {
    return immutable(parent).isPresent() && Capabilities.has(Capabilities.LINUX_IMMUTABLE);
  }

  @Override
  public void removeEmpty(Path dir) throws IOException {
    if (Linux.isAvailable()) {
      removeDirectory(RawName.ofAbsolute(dir));
      return;
    }
    if (!Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
      throw new DirectoryNotEmptyException(dir.toString());
    }
    Files.delete(dir);
  }

  /// rmdir(2), which never removes anything but an empty directory.
  private static void removeDirectory(String dir) throws IOException {
    try {
      if (!Entries.removeDirectory(Descriptors.HERE, dir, dir)) {
        throw new NoSuchFileException(RawName.display(dir));
      }
    } catch (CallFailed e) {
      throw switch (e.errno()) {
        case Errno.EEXIST, Errno.ENOTDIR -> new DirectoryNotEmptyException(RawName.display(dir));
        default -> e.asFileSystemException();
      };
    }
  }

  @Override
  public void write(Path file, byte[] content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            next,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer bytes = ByteBuffer.wrap(content);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    boolean begun = Files.deleteIfExists(file.resolveSibling(file.getFileName() + ".tmp"));
    return Files.deleteIfExists(file) || begun;
  }

  @Override
  public void sync(Path dir) throws IOException {
    try (FileChannel channel = FileChannel.open(dir, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
