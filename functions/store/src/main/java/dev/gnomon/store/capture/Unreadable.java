package dev.gnomon.store.capture;

import dev.gnomon.linux.RawName;
import dev.gnomon.store.files.EntryAt;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Says which path could not be read, and why.
final class Unreadable {
  private Unreadable() {}

  static UncheckedIOException of(Path path, IOException cause) {
    return of(RawName.display(RawName.ofWhole(path)), cause);
  }

  static UncheckedIOException of(EntryAt entry, IOException cause) {
    return of(entry.toString(), cause);
  }

  private static UncheckedIOException of(String what, IOException cause) {
    return new UncheckedIOException("can't read '" + what + "': " + reason(cause), cause);
  }

  static String reason(IOException cause) {
    return switch (cause) {
      case AccessDeniedException e -> "permission denied";
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> String.valueOf(cause.getMessage());
    };
  }
}
