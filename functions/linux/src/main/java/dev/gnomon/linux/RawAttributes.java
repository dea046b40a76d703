package dev.gnomon.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Extended attributes of entries, of symbolic links themselves. Names of attributes are text;
/// `path` is what to call an entry in a fault.
public final class RawAttributes {
  /// Full name of the attribute that is the POSIX access control list of an entry.
  public static final String ACCESS_LIST = "system.posix_acl_access";

  private static final int MAX_BYTES = 64 * 1024; // XATTR_SIZE_MAX and XATTR_LIST_MAX

  private RawAttributes() {}

  /// `user.*`, `security.*`, `trusted.*` and POSIX access control lists; not what a file system
  /// makes up. Reads no further than the bound: thousands of values of 64 KiB may be there.
  ///
  /// @param maxBytes of all values together
  /// @return empty if their values have more
  public static Optional<SortedMap<String, byte[]>> attributes(
      int at, String name, String path, long maxBytes) throws IOException {
    Kernel kernel = Kernel.ofThread();
    String entry = place(at, name);
    long address = kernel.one(entry);
    long length =
        kernel.call(Call.LLISTXATTR, address, kernel.buffer.address(), MAX_BYTES, 0, 0, 0);
    if (length == -Errno.EOPNOTSUPP || length == 0) {
      return Optional.of(Collections.emptySortedMap());
    }
    if (length < 0) {
      throw Kernel.failed(Call.LLISTXATTR, path, length);
    }
    SortedMap<String, byte[]> attributes = new TreeMap<>();
    long bytes = 0;
    for (String attribute : new String(kernel.taken(length), UTF_8).split("\0")) {
      if (!isKept(attribute)) {
        continue;
      }
      long got =
          kernel.call(
              Call.LGETXATTR,
              address,
              kernel.other(raw(attribute)),
              kernel.buffer.address(),
              MAX_BYTES,
              0,
              0);
      if (got == -Errno.ENODATA || got == -Errno.ERANGE || got == -Errno.EOPNOTSUPP) {
        continue; // gone meanwhile
      }
      if (got < 0) {
        throw Kernel.failed(Call.LGETXATTR, path, got);
      }
      bytes += got;
      if (bytes > maxBytes) {
        return Optional.empty();
      }
      attributes.put(attribute, kernel.taken(got));
    }
    return Optional.of(attributes);
  }

  /// The POSIX access control list of an entry, with which the group's bits of its mode are the
  /// mask of the list; not of a symbolic link.
  ///
  /// @return empty if it has none
  public static Optional<byte[]> accessList(int at, String name, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long got =
        kernel.call(
            Call.LGETXATTR,
            kernel.one(place(at, name)),
            kernel.other(ACCESS_LIST),
            kernel.buffer.address(),
            MAX_BYTES,
            0,
            0);
    if (got == -Errno.ENODATA || got == -Errno.EOPNOTSUPP) {
      return Optional.empty();
    }
    if (got < 0) {
      throw Kernel.failed(Call.LGETXATTR, path, got);
    }
    return Optional.of(kernel.taken(got));
  }

  private static boolean isKept(String name) {
    return name.startsWith("user.")
        || name.startsWith("security.")
        || name.startsWith("system.posix_acl_")
        || (name.startsWith("trusted.") && !name.startsWith("trusted.overlay."));
  }

  /// Whether an open file surely has no extended attributes.
  public static boolean hasNone(int file) {
    long length = Kernel.ofThread().call(Call.FLISTXATTR, file, 0, 0, 0, 0, 0);
    return length == 0 || length == -Errno.EOPNOTSUPP;
  }

  public static void attribute(int at, String name, String attribute, byte[] value, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    if (value.length > Kernel.BUFFER_BYTES) {
      throw Kernel.failed(Call.LSETXATTR, path, -Errno.ENOSPC);
    }
    MemorySegment.copy(value, 0, kernel.buffer, JAVA_BYTE, 0, value.length);
    long ignored =
        kernel.checked(
            Call.LSETXATTR,
            path,
            kernel.one(place(at, name)),
            kernel.other(raw(attribute)),
            kernel.buffer.address(),
            value.length,
            0,
            0);
  }

  /// An attribute that is not there is fine.
  public static void removeAttribute(int at, String name, String attribute, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long answer =
        kernel.call(
            Call.LREMOVEXATTR,
            kernel.one(place(at, name)),
            kernel.other(raw(attribute)),
            0,
            0,
            0,
            0);
    if (answer < 0 && answer != -Errno.ENODATA) {
      throw Kernel.failed(Call.LREMOVEXATTR, path, answer);
    }
  }

  /// These calls know no directories to start from.
  private static String place(int at, String name) {
    return at == Descriptors.HERE ? name : "/proc/self/fd/" + at + "/" + name;
  }

  private static String raw(String text) {
    return new String(text.getBytes(UTF_8), ISO_8859_1);
  }
}
