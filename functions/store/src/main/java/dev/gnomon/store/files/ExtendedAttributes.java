package dev.gnomon.store.files;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Descriptors;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.Linux;
import dev.gnomon.linux.RawAttributes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.UserDefinedFileAttributeView;
import java.util.Arrays;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/// Extended attributes of an entry: `user.*`, `security.*` (such as capabilities), `trusted.*` and
/// POSIX access control lists on Linux; `user.*` elsewhere.
public final class ExtendedAttributes {
  private static final String USER = "user.";
  private static final boolean NATIVE = isNative();

  private ExtendedAttributes() {}

  /// @param kind a symbolic link is never followed
  public static SortedMap<String, byte[]> of(Path path, FileStat.Kind kind) throws IOException {
    if (!NATIVE) {
      return readUser(path, kind);
    }
    String raw = FileCalls.raw(path);
    try {
      return RawAttributes.attributes(Descriptors.HERE, raw, raw);
    } catch (CallFailed e) {
      throw e.asFileSystemException();
    }
  }

  private static boolean isNative() {
    if (!Linux.isAvailable()) {
      System.getLogger(ExtendedAttributes.class.getName())
          .log(System.Logger.Level.WARNING, "only user.* extended attributes are kept here");
    }
    return Linux.isAvailable();
  }

  /// Makes the attributes of an entry equal to the wanted ones, setting only what differs.
  ///
  /// @return what could not be set because this process may not or the file system has no such
  ///   attributes; empty if all are as wanted
  public static Optional<String> apply(Path path, FileStat.Kind kind, Map<String, byte[]> wanted)
      throws IOException {
    SortedMap<String, byte[]> present = of(path, kind);
    if (same(present, wanted)) {
      return Optional.empty();
    }
    String refused = "";
    for (String name : present.keySet()) {
      if (!wanted.containsKey(name)) {
        refused += remove(path, name);
      }
    }
    for (Map.Entry<String, byte[]> attribute : wanted.entrySet()) {
      if (!Arrays.equals(attribute.getValue(), present.get(attribute.getKey()))) {
        refused += set(path, attribute.getKey(), attribute.getValue());
      }
    }
    return refused.isEmpty() ? Optional.empty() : Optional.of(refused.strip());
  }

  public static boolean same(Map<String, byte[]> some, Map<String, byte[]> others) {
    return some.keySet().equals(others.keySet())
        && some.entrySet().stream()
            .allMatch(entry -> Arrays.equals(entry.getValue(), others.get(entry.getKey())));
  }

  private static String set(Path path, String name, byte[] value) throws IOException {
    if (NATIVE) {
      String raw = FileCalls.raw(path);
      try {
        RawAttributes.attribute(Descriptors.HERE, raw, name, value, raw);
        return "";
      } catch (CallFailed e) {
        return refused(e, name);
      }
    }
    if (!name.startsWith(USER)) {
      return name + " ";
    }
    view(path).write(name.substring(USER.length()), ByteBuffer.wrap(value));
    return "";
  }

  private static String remove(Path path, String name) throws IOException {
    if (NATIVE) {
      String raw = FileCalls.raw(path);
      try {
        RawAttributes.removeAttribute(Descriptors.HERE, raw, name, raw);
        return "";
      } catch (CallFailed e) {
        return refused(e, name);
      }
    }
    view(path).delete(name.substring(USER.length()));
    return "";
  }

  private static String refused(CallFailed fault, String name) throws IOException {
    return switch (fault.errno()) {
      case Errno.ENODATA -> "";
      case Errno.EPERM, Errno.EACCES, Errno.EOPNOTSUPP -> name + " ";
      default -> throw fault.asFileSystemException();
    };
  }

  private static SortedMap<String, byte[]> readUser(Path path, FileStat.Kind kind)
      throws IOException {
    if (kind != FileStat.Kind.FILE && kind != FileStat.Kind.DIRECTORY) {
      return Collections.emptySortedMap();
    }
    UserDefinedFileAttributeView view = view(path);
    SortedMap<String, byte[]> attributes = new TreeMap<>();
    for (String name : view.list()) {
      ByteBuffer value = ByteBuffer.allocate(view.size(name));
      view.read(name, value);
      attributes.put(USER + name, Arrays.copyOf(value.array(), value.position()));
    }
    return attributes;
  }

  private static UserDefinedFileAttributeView view(Path path) throws IOException {
    UserDefinedFileAttributeView view =
        Files.getFileAttributeView(
            path, UserDefinedFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    if (view == null) {
      throw new IOException("no extended attributes can be had of " + path);
    }
    return view;
  }
}
