package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Optional;
import java.util.function.Predicate;

/// What one process holds, from its directory in procfs (proc(5)). A process that ends while it is
/// looked at holds nothing.
record ProcessFiles(long pid, Path dir) {
  private static final Charset NAMES = Charset.forName(System.getProperty("sun.jnu.encoding"));

  /// The first thing found by which the process can change something in the tree.
  ///
  /// @param inTree whether a path, as this process names it, lies in the tree
  /// @throws AccessDeniedException if this process may not be looked into
  Optional<String> grip(Predicate<String> inTree) throws IOException {
    try {
      Optional<String> place = directory("cwd", "its working directory", inTree);
      place = place.isPresent() ? place : directory("root", "its root directory", inTree);
      place = place.isPresent() ? place : openFile(inTree);
      return place.isPresent() ? place : sharedMapping(inTree);
    } catch (IOException e) {
      if (gone(e)) {
        return Optional.empty();
      }
      throw e;
    }
  }

  /// The program's name, for people.
  String command() {
    try {
      return Files.readString(dir.resolve("comm"), StandardCharsets.ISO_8859_1).strip();
    } catch (IOException e) {
      return "?";
    }
  }

  /// The user it acts on files as; empty if it is gone.
  Optional<Integer> uid() {
    try {
      return Files.readAllLines(dir.resolve("status"), StandardCharsets.ISO_8859_1).stream()
          .filter(line -> line.startsWith("Uid:"))
          .map(line -> Integer.parseUnsignedInt(line.split("\\s+")[4]))
          .findFirst();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /// Its mount namespace, as a name that equal namespaces share.
  String mountNamespace() throws IOException {
    return Files.readSymbolicLink(dir.resolve("ns/mnt")).toString();
  }

  MountTable mounts() throws IOException {
    return MountTable.read(dir.resolve("mountinfo"));
  }

  private Optional<String> directory(String link, String what, Predicate<String> inTree)
      throws IOException {
    return inTree.test(target(dir.resolve(link)))
        ? Optional.of("has " + what + " there")
        : Optional.empty();
  }

  private Optional<String> openFile(Predicate<String> inTree) throws IOException {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(dir.resolve("fd"))) {
      for (Path file : files) {
        try {
          String target = target(file);
          if (inTree.test(target)) {
            // The mode of the link shows how the file is open; below an open directory anything can
            // be opened.
            if (Files.isDirectory(file)) {
              return Optional.of("has the directory " + target + " open");
            }
            if (Files.getPosixFilePermissions(file, LinkOption.NOFOLLOW_LINKS)
                .contains(PosixFilePermission.OWNER_WRITE)) {
              return Optional.of("has " + target + " open for writing");
            }
          }
        } catch (NoSuchFileException e) {
          // Closed meanwhile.
        }
      }
      return Optional.empty();
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
  }

  /// A mapping outlives its file descriptor.
  private Optional<String> sharedMapping(Predicate<String> inTree) throws IOException {
    String maps = Files.readString(dir.resolve("maps"), StandardCharsets.ISO_8859_1);
    return maps.lines()
        .filter(line -> line.indexOf('/') > 0)
        .filter(line -> {
          int mode = line.indexOf(' ') + 1;
          return line.charAt(mode + 1) == 'w' && line.charAt(mode + 3) == 's';
        })
        .map(line -> MountTable.unescaped(line.substring(line.indexOf('/'))))
        .filter(inTree)
        .findFirst()
        .map(file -> "has " + file + " mapped for writing");
  }

  /// Paths of procfs as one character a byte.
  static String characters(Path path) {
    return new String(path.toString().getBytes(NAMES), StandardCharsets.ISO_8859_1);
  }

  private static String target(Path link) throws IOException {
    return characters(Files.readSymbolicLink(link));
  }

  /// A process that ended: ENOENT (a zombie has no namespaces either), or ESRCH from what was open.
  static boolean gone(IOException e) {
    return e instanceof NoSuchFileException
        || String.valueOf(e.getMessage()).contains("No such process");
  }
}
