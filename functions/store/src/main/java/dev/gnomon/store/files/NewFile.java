package dev.gnomon.store.files;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Stat;
import dev.gnomon.linux.UncachedOutput;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A file in the making: written front to back, then given its metadata, then its name. Five system
/// calls for a small one where new files are as it has to be ([Fresh]), up to eight elsewhere; a
/// large one is written past the page cache. For one thread.
public final class NewFile implements AutoCloseable {
  private final EntryAt at;
  private final @Nullable FileChannel channel;
  private final @Nullable UncachedOutput uncached;
  private final @Nullable Folder in;
  private final int asked;
  private int fd = -1;
  private boolean isOthers;
  private long position;
  private boolean hasHoles;

  private NewFile(
      EntryAt at,
      @Nullable Folder in,
      @Nullable FileChannel channel,
      int fd,
      int asked,
      @Nullable UncachedOutput uncached) {
    this.at = at;
    this.in = in;
    this.channel = channel;
    this.fd = fd;
    this.asked = asked;
    this.uncached = uncached;
  }

  /// @param asked permission bits that it was made with, if nothing took some away
  /// @param bytes to be written without a gap; 0 if there will be holes
  static NewFile ofDescriptor(EntryAt at, Folder in, int fd, int asked, long bytes) {
    boolean large = bytes >= UncachedOutput.MIN_BYTES;
    return new NewFile(at, in, null, fd, asked, large ? new UncachedOutput(fd, "") : null);
  }

  static NewFile ofChannel(EntryAt at, Path path) throws IOException {
    FileChannel channel =
        (FileChannel)
            Files.newByteChannel(
                path,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return new NewFile(at, null, channel, -1, 0, null);
  }

  /// Whether metadata is set by the methods here; otherwise it is for the entry.
  public boolean setsMetadata() {
    return channel == null;
  }

  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (channel != null) {
      ByteBuffer rest = ByteBuffer.wrap(bytes, offset, length);
      while (rest.hasRemaining()) {
        channel.write(rest);
      }
    } else if (uncached != null) {
      try {
        uncached.write(bytes, offset, length);
      } catch (CallFailed e) {
        throw e.asFileSystemException(at.toString());
      }
    } else {
      FileCalls.write(fd, bytes, offset, length, at);
    }
    position += length;
  }

  /// How many bytes were written or left out.
  long position() {
    return position;
  }

  /// Leaves bytes out: a hole, which reads as zeros.
  public void skip(long bytes) throws IOException {
    position += bytes;
    hasHoles = true;
    if (channel != null) {
      channel.position(position);
    } else {
      FileCalls.position(fd, position, at);
    }
  }

  /// Ends the content; a hole at its end counts.
  public void end() throws IOException {
    if (uncached != null) {
      try {
        uncached.finish();
      } catch (CallFailed e) {
        throw e.asFileSystemException(at.toString());
      }
    } else if (channel != null) {
      if (channel.size() < position) { // a write of one zero is the only way to grow a file here
        channel.write(ByteBuffer.allocate(1), position - 1);
      }
    } else if (hasHoles) {
      FileCalls.truncate(fd, position, at);
    }
  }

  /// How many bytes wait in the page cache for a flush, at most.
  public long cachedBytes() {
    return uncached == null ? position : position - uncached.uncachedBytes();
  }

  /// What it is like as it was made.
  private Fresh fresh() throws IOException {
    Folder folder = Objects.requireNonNull(in);
    Fresh known = folder.fresh();
    if (known == null || !known.tells(asked)) {
      try {
        known = Fresh.with(known, Stat.of(fd, ""), asked, FileCalls.hasNoAttributes(fd));
      } catch (CallFailed e) {
        throw e.asFileSystemException(at.toString());
      }
      folder.fresh(known);
    }
    return known;
  }

  /// @return whether this process may do that
  public boolean owner(int uid, int gid) throws IOException {
    if (fresh().isOf(uid, gid)) {
      return true;
    }
    isOthers = true;
    return FileCalls.owner(fd, uid, gid, at);
  }

  /// After [#owner], which may take bits away.
  public void mode(int mode) throws IOException {
    if (isOthers || fresh().mode(asked) != mode) {
      FileCalls.mode(fd, mode, at);
    }
  }

  public void time(long seconds, int nanos) throws IOException {
    FileCalls.time(fd, seconds, nanos, at);
  }

  /// Whether it surely has no extended attributes.
  public boolean hasNoAttributes() throws IOException {
    return fresh().plain() || FileCalls.hasNoAttributes(fd);
  }

  @Override
  public void close() throws IOException {
    if (uncached != null) {
      uncached.close();
    }
    if (channel != null) {
      channel.close();
    } else if (fd >= 0) {
      Descriptors.close(fd);
      fd = -1;
    }
  }

  @Override
  public String toString() {
    return at.toString();
  }
}
