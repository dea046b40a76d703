package dev.gnomon.filesystem.objects;

import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.objects.ObjectStoreException.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/// What an error of a file system means. Java gives most errno values as text only.
final class FileFaults {
  private record Meaning(String text, Kind kind, String advice) {}

  private static final List<Meaning> MEANINGS =
      List.of(
          new Meaning("no space left on device", Kind.PERMANENT, "the disk is full: free space"),
          new Meaning("disk quota exceeded", Kind.PERMANENT, "the quota is used up: raise it"),
          new Meaning("file too large", Kind.PERMANENT, "the file system takes no file this long"),
          new Meaning("read-only file system", Kind.PERMANENT, "remount it writable"),
          new Meaning("operation not permitted", Kind.PERMANENT, "a file is immutable or owned"),
          new Meaning("permission denied", Kind.PERMANENT, "give this user access"),
          new Meaning("input/output error", Kind.PERMANENT, "the disk fails: check it"),
          new Meaning("file name too long", Kind.PERMANENT, "the root's path is too long"),
          new Meaning("not a directory", Kind.PERMANENT, "a name is both an object and a prefix"),
          new Meaning("too many links", Kind.PERMANENT, "the directory holds too many others"),
          new Meaning("operation not supported", Kind.PERMANENT, "the file system has no links"),
          new Meaning("too many open files", Kind.TRANSIENT, "raise the limit of open files"));

  private FileFaults() {}

  /// @param what what was attempted, such as "creating 'a/b'"
  static ObjectStoreException fault(Path root, String what, IOException e) {
    String reason = reason(e);
    String place = "%s in the object store %s failed: ".formatted(what, root);
    if (e instanceof AccessDeniedException) {
      return new ObjectStoreException(
          Kind.PERMANENT, place + "permission denied (give this user access)", e);
    }
    String lower = reason.toLowerCase(Locale.ROOT);
    for (Meaning meaning : MEANINGS) {
      if (lower.contains(meaning.text())) {
        return new ObjectStoreException(
            meaning.kind(), "%s%s (%s)".formatted(place, reason, meaning.advice()), e);
      }
    }
    return new ObjectStoreException(Kind.TRANSIENT, place + reason, e);
  }

  private static String reason(IOException e) {
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return reason == null || reason.isEmpty() ? e.getClass().getSimpleName() : reason;
  }
}
