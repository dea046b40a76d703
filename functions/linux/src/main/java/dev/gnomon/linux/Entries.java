package dev.gnomon.linux;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The entries of open directories: their names, and making, renaming and removing them. `path` is
/// what to call an entry in a fault.
public final class Entries {
  private static final int AT_REMOVEDIR = 0x200;
  private static final int RENAME_NOREPLACE = 1;
  private static final int RENAME_EXCHANGE = 2;
  private static final int OWN_DIRECTORY_MODE = 0700;
  private static final byte DT_UNKNOWN = 0;
  private static final byte DT_DIR = 4;
  private static final int RECORD_LENGTH = 16;
  private static final int RECORD_KIND = 18;
  private static final int RECORD_NAME = 19;

  private Entries() {}

  /// Names in an open directory, sorted by their bytes.
  public static List<String> names(int directory, String path) throws IOException {
    rewind(directory, path);
    List<String> names = unsorted(directory, path, true);
    names.sort(null);
    return names;
  }

  /// Names of those entries of an open directory that may be directories, sorted by their bytes.
  public static List<String> directories(int directory, String path) throws IOException {
    rewind(directory, path);
    List<String> names = unsorted(directory, path, false);
    names.sort(null);
    return names;
  }

  /// Names in an open directory that begin so, sorted by their bytes; takes no memory for others.
  public static List<String> namesBeginning(int directory, String prefix, String path)
      throws IOException {
    rewind(directory, path);
    List<String> names = unsorted(directory, path, true, prefix.getBytes(ISO_8859_1));
    names.sort(null);
    return names;
  }

  /// Names in a directory that was just opened, in no order.
  public static List<String> unsorted(int directory, String path) throws IOException {
    return unsorted(directory, path, true);
  }

  private static void rewind(int directory, String path) throws IOException {
    long ignored = Kernel.ofThread().checked(Call.LSEEK, path, directory, 0, 0, 0, 0, 0);
  }

  private static List<String> unsorted(int directory, String path, boolean all) throws IOException {
    return unsorted(directory, path, all, new byte[0]);
  }

  private static List<String> unsorted(int directory, String path, boolean all, byte[] prefix)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    List<String> names = new ArrayList<>();
    while (true) {
      long length =
          kernel.checked(
              Call.GETDENTS64,
              path,
              directory,
              kernel.buffer.address(),
              Kernel.BUFFER_BYTES,
              0,
              0,
              0);
      if (length == 0) {
        return names;
      }
      byte[] records = kernel.taken(length);
      for (int at = 0; at < records.length; ) {
        byte kind = records[at + RECORD_KIND];
        if (all || kind == DT_DIR || kind == DT_UNKNOWN) {
          int from = at + RECORD_NAME;
          int bytes = 0;
          while (records[from + bytes] != 0) {
            bytes++;
          }
          boolean self =
              records[from] == '.' && (bytes == 1 || (bytes == 2 && records[from + 1] == '.'));
          boolean begins =
              bytes >= prefix.length
                  && Arrays.equals(records, from, from + prefix.length, prefix, 0, prefix.length);
          if (!self && begins) {
            names.add(new String(records, from, bytes, ISO_8859_1));
          }
        }
        at += Short.toUnsignedInt(Kernel.shortAt(records, at + RECORD_LENGTH));
      }
    }
  }

  /// Target of a symbolic link, raw.
  public static String target(int at, String name, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long length =
        kernel.checked(
            Call.READLINKAT,
            path,
            at,
            kernel.one(name),
            kernel.buffer.address(),
            Kernel.BUFFER_BYTES,
            0,
            0);
    return new String(kernel.taken(length), ISO_8859_1);
  }

  /// Makes a directory that only this user may enter.
  public static void makeDirectory(int at, String name, String path) throws IOException {
    makeDirectory(at, name, OWN_DIRECTORY_MODE, path);
  }

  /// @param mode permission bits, less those that the process masks
  public static void makeDirectory(int at, String name, int mode, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored = kernel.checked(Call.MKDIRAT, path, at, kernel.one(name), mode, 0, 0, 0);
  }

  /// @param target raw; a trailing or doubled slash stays
  public static void symlink(String target, int at, String name, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored =
        kernel.checked(Call.SYMLINKAT, path, kernel.other(target), at, kernel.one(name), 0, 0, 0);
  }

  public static void link(int from, String name, int to, String newName, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored =
        kernel.checked(Call.LINKAT, path, from, kernel.one(name), to, kernel.other(newName), 0, 0);
  }

  /// Renames, replacing what is there.
  public static void rename(int from, String name, int to, String newName, String path)
      throws IOException {
    Kernel kernel = Kernel.ofThread();
    long ignored =
        kernel.checked(
            Call.RENAMEAT2, path, from, kernel.one(name), to, kernel.other(newName), 0, 0);
  }

  /// Renames to a name that nothing has; fails with EEXIST if something does.
  ///
  /// @return false if the kernel or the file system can't; nothing was changed then
  public static boolean renameToNew(int from, String name, int to, String newName, String path)
      throws IOException {
    return rename(from, name, to, newName, RENAME_NOREPLACE, path);
  }

  /// Swaps two entries atomically.
  ///
  /// @return false if the kernel or the file system can't; nothing was changed then
  public static boolean exchange(int one, String name, int other, String otherName, String path)
      throws IOException {
    return rename(one, name, other, otherName, RENAME_EXCHANGE, path);
  }

  private static boolean rename(
      int from, String name, int to, String newName, int flags, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long answer =
        kernel.call(Call.RENAMEAT2, from, kernel.one(name), to, kernel.other(newName), flags, 0);
    if (answer == -Errno.EINVAL || answer == -Errno.ENOSYS || answer == -Errno.EOPNOTSUPP) {
      return false;
    }
    if (answer < 0) {
      throw Kernel.failed(Call.RENAMEAT2, path, answer);
    }
    return true;
  }

  /// Removes an entry that is no directory.
  ///
  /// @return false if there was none
  public static boolean remove(int at, String name, String path) throws IOException {
    return unlink(at, name, 0, path);
  }

  /// Removes an empty directory.
  ///
  /// @return false if there was none
  public static boolean removeDirectory(int at, String name, String path) throws IOException {
    return unlink(at, name, AT_REMOVEDIR, path);
  }

  private static boolean unlink(int at, String name, int flags, String path) throws IOException {
    Kernel kernel = Kernel.ofThread();
    long answer = kernel.call(Call.UNLINKAT, at, kernel.one(name), flags, 0, 0, 0);
    if (answer == -Errno.ENOENT) {
      return false;
    }
    if (answer < 0) {
      throw Kernel.failed(Call.UNLINKAT, path, answer);
    }
    return true;
  }
}
