package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.List;
import java.util.Optional;

/// What faults of a file system mean for a fence.
final class Faults {
  /// Answers of a disk or a server that does not answer properly any more, as strerror(3) says
  /// them.
  private static final List<String> AWAY =
      List.of(
          "Input/output error",
          "Stale file handle",
          "Transport endpoint is not connected",
          "No such device",
          "Connection timed out",
          "Host is down",
          "Structure needs cleaning");

  private Faults() {}

  /// The reason in words, with the file it is about.
  static String reason(IOException fault) {
    return switch (fault) {
      case NoSuchFileException missing -> missing.getFile() + " does not exist";
      case AccessDeniedException denied -> denied.getFile() + ": Permission denied";
      case NotDirectoryException other -> other.getFile() + " is not a directory";
      case FileAlreadyExistsException taken -> taken.getFile() + " exists";
      case FileSystemException other ->
          other.getFile() + ": " + Optional.ofNullable(other.getReason()).orElse(other.toString());
      default -> fault.toString();
    };
  }

  /// Whether the location is out of reach, rather than reachable and unwilling.
  static boolean away(IOException fault) {
    return fault instanceof NoSuchFileException || AWAY.stream().anyMatch(reason(fault)::contains);
  }
}
