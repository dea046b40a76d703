package dev.gnomon.filesystem.mirror;

import dev.gnomon.linux.CallFailed;
import dev.gnomon.linux.Errno;
import dev.gnomon.linux.Inodes;
import dev.gnomon.linux.RawAttributes;
import dev.gnomon.linux.RawName;
import dev.gnomon.linux.Stat;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.util.Arrays;
import java.util.Map;
import java.util.SortedMap;

/// Brings owner, mode, extended attributes and time of an entry over, in this order: each may undo
/// those after it.
final class Metadata {
  /// The open directory itself, as a name in it.
  static final String ITSELF = ".";

  /// Most bytes of the values of all attributes of an entry: two such are held at a time.
  private static final long MAX_VALUES_BYTES = 64 << 20;

  private final Tally tally;

  Metadata(Tally tally) {
    this.tally = tally;
  }

  /// @param from how the entry of the source looks
  /// @param to how its counterpart looks now
  /// @param sourceName name in the open directory of the source
  /// @param targetName name in the open directory of the replica
  void bring(Pair at, String sourceName, Stat from, String targetName, Stat to, String path)
      throws IOException {
    boolean changed = false;
    if (from.uid() != to.uid() || from.gid() != to.gid()) {
      changed = owner(at.target, targetName, from, path);
    }
    if (!from.isSymlink() && (changed || from.permissions() != to.permissions())) {
      Inodes.permissions(at.target, targetName, from.permissions(), path);
      changed = true;
    }
    changed |= attributes(at, sourceName, targetName, path);
    if (changed
        || from.mtimeSeconds() != to.mtimeSeconds()
        || from.mtimeNanos() != to.mtimeNanos()) {
      Inodes.time(at.target, targetName, from.mtimeSeconds(), from.mtimeNanos(), path);
    }
  }

  private boolean owner(int at, String name, Stat from, String path) throws IOException {
    try {
      Inodes.owner(at, name, from.uid(), from.gid(), path);
      return true;
    } catch (CallFailed e) {
      refused(e, path, "owner %d:%d".formatted(from.uid(), from.gid()));
      return false;
    }
  }

  private boolean attributes(Pair at, String sourceName, String targetName, String path)
      throws IOException {
    SortedMap<String, byte[]> wanted = attributes(at.source, sourceName, path);
    SortedMap<String, byte[]> there = attributes(at.target, targetName, path);
    boolean changed = false;
    for (String name : there.keySet()) {
      if (!wanted.containsKey(name)) {
        changed |=
            set(path, name, () -> RawAttributes.removeAttribute(at.target, targetName, name, path));
      }
    }
    for (Map.Entry<String, byte[]> one : wanted.entrySet()) {
      if (!Arrays.equals(one.getValue(), there.get(one.getKey()))) {
        changed |=
            set(
                path,
                one.getKey(),
                () ->
                    RawAttributes.attribute(
                        at.target, targetName, one.getKey(), one.getValue(), path));
      }
    }
    return changed;
  }

  private static SortedMap<String, byte[]> attributes(int at, String name, String path)
      throws IOException {
    return RawAttributes.attributes(at, name, path, MAX_VALUES_BYTES)
        .orElseThrow(() ->
            new FileSystemException(
                RawName.display(path),
                null,
                "its extended attributes have more than %d bytes".formatted(MAX_VALUES_BYTES)));
  }

  private interface Setting {
    void run() throws IOException;
  }

  private boolean set(String path, String name, Setting setting) throws IOException {
    try {
      setting.run();
      return true;
    } catch (CallFailed e) {
      refused(e, path, "extended attribute " + name);
      return false;
    }
  }

  private void refused(CallFailed e, String path, String what) throws CallFailed {
    switch (e.errno()) {
      case Errno.EPERM, Errno.EACCES, Errno.EOPNOTSUPP, Errno.EINVAL ->
          tally.refused("'%s': %s".formatted(RawName.display(path), what));
      default -> throw e;
    }
  }
}
