package dev.gnomon.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.MemorySegment;

/// The bytes and holes of open files. `path` is what to call a file in a fault.
public final class FileContent {
  /// No data comes any more: only a hole.
  public static final long NO_MORE = -1;

  /// The file system does not say where holes are.
  public static final long NOT_KNOWN = -2;

  private static final long FICLONE = 0x40049409L;
  private static final int SEEK_SET = 0;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;
  private static final int FALLOC_PUNCH_HOLE_KEEP_SIZE = 3;

  private FileContent() {}

  // ---- at the position of the descriptor, through arrays

  /// @param name shown in a fault
  /// @return bytes read, at most as many as fit; -1 at the end
  public static int read(int file, byte[] to, int offset, int length, Object name)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    int wanted = Math.min(length, Kernel.BUFFER_BYTES);
    long count = kernel.call(Call.READ, file, kernel.buffer.address(), wanted, 0, 0, 0);
    if (count < 0) {
      throw Kernel.failed(Call.READ, name.toString(), count);
    }
    if (count == 0) {
      return -1;
    }
    MemorySegment.copy(kernel.buffer, JAVA_BYTE, 0, to, offset, (int) count);
    return (int) count;
  }

  public static void write(int file, byte[] from, int offset, int length, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int size = Math.min(end - at, Kernel.BUFFER_BYTES);
      MemorySegment.copy(from, at, kernel.buffer, JAVA_BYTE, 0, size);
      long written = kernel.checked(Call.WRITE, path, file, kernel.buffer.address(), size, 0, 0, 0);
      if (written == 0) { // would be tried for ever
        throw Kernel.failed(Call.WRITE, path, -Errno.EIO);
      }
      at += (int) written;
    }
  }

  /// Goes to a position.
  ///
  /// @param name shown in a fault
  public static void position(int file, long position, Object name) throws IOException {
    long ignored = seek(file, position, SEEK_SET, name);
  }

  // ---- at a position, through native memory

  /// Reads until the buffer is full or the file ends.
  public static int read(int file, MemorySegment buffer, long position, String path)
      throws IOException {
    return full(Call.PREAD64, file, buffer, buffer.byteSize(), position, path);
  }

  /// Writes the first bytes of a buffer.
  public static void write(int file, MemorySegment buffer, long length, long position, String path)
      throws IOException {
    int written = full(Call.PWRITE64, file, buffer, length, position, path);
    if (written < length) {
      throw Kernel.failed(Call.PWRITE64, path, -Errno.EIO);
    }
  }

  private static int full(
      Call call, int file, MemorySegment buffer, long length, long position, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long done = 0;
    while (done < length) {
      long more =
          kernel.checked(
              call, path, file, buffer.address() + done, length - done, position + done, 0, 0);
      if (more == 0) {
        break;
      }
      done += more;
    }
    return (int) done;
  }

  /// Makes a file share all blocks of another one.
  ///
  /// @return false where the file system can't
  public static boolean share(int from, int to) {
    return Kernel.ofThread().call(Call.IOCTL, to, FICLONE, from, 0, 0, 0) == 0;
  }

  /// Copies within the kernel.
  ///
  /// @return bytes copied, 0 at the end of the file; -1 where these files can't be copied so
  public static long copy(int from, long position, int to, long length, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    MemorySegment positions = kernel.small;
    positions.set(JAVA_LONG, 0, position);
    positions.set(JAVA_LONG, 8, position);
    long answer =
        kernel.call(
            Call.COPY_FILE_RANGE,
            from,
            positions.address(),
            to,
            positions.address() + 8,
            length,
            0);
    if (answer == -Errno.EXDEV
        || answer == -Errno.EINVAL
        || answer == -Errno.ENOSYS
        || answer == -Errno.EOPNOTSUPP) {
      return -1;
    }
    if (answer < 0) {
      throw Kernel.failed(Call.COPY_FILE_RANGE, path, answer);
    }
    return answer;
  }

  public static void truncate(int file, long size, String path) throws IOException {
    long ignored = Kernel.ofThread().checked(Call.FTRUNCATE, path, file, size, 0, 0, 0, 0);
  }

  // ---- holes

  /// First byte at or after a position that is data. Moves the position of the descriptor.
  ///
  /// @param name shown in a fault
  /// @return [#NO_MORE] if only a hole follows, [#NOT_KNOWN] where the file system knows no holes
  /// @throws IOException if it fails: what could not be asked must not be taken for a hole
  public static long data(int file, long position, Object name) throws IOException {
    long answer = Kernel.ofThread().call(Call.LSEEK, file, position, SEEK_DATA, 0, 0, 0);
    if (answer == -Errno.ENXIO) {
      return NO_MORE;
    }
    if (answer == -Errno.EINVAL || answer == -Errno.EOPNOTSUPP) {
      return NOT_KNOWN;
    }
    if (answer < 0) {
      throw Kernel.failed(Call.LSEEK, name.toString(), answer);
    }
    return answer;
  }

  /// First byte after a position that is in a hole, or the size. Moves the position.
  ///
  /// @param name shown in a fault
  public static long hole(int file, long position, Object name) throws IOException {
    return seek(file, position, SEEK_HOLE, name);
  }

  private static long seek(int file, long position, int whence, Object name) throws IOException {
    long answer = Kernel.ofThread().call(Call.LSEEK, file, position, whence, 0, 0, 0);
    if (answer < 0) {
      throw Kernel.failed(Call.LSEEK, name.toString(), answer);
    }
    return answer;
  }

  /// Takes a range of a file off the disk; it reads as zeros.
  ///
  /// @return false where the file system can't
  public static boolean punch(int file, long position, long length, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long answer =
        kernel.call(Call.FALLOCATE, file, FALLOC_PUNCH_HOLE_KEEP_SIZE, position, length, 0, 0);
    if (answer < 0 && answer != -Errno.EOPNOTSUPP) {
      throw Kernel.failed(Call.FALLOCATE, path, answer);
    }
    return answer == 0;
  }

  /// Flushes the whole file system that holds an open file.
  public static void sync(int file, String path) throws IOException {
    long ignored = Kernel.ofThread().checked(Call.SYNCFS, path, file, 0, 0, 0, 0, 0);
  }

  /// Flushes the whole file system that holds a path; symbolic links are followed.
  public static void sync(String path) throws IOException {
    int file = Descriptors.openAny(path);
    try {
      sync(file, path);
    } finally {
      Descriptors.close(file);
    }
  }
}
