package dev.gnomon.verification.disks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What this process has open, as Linux tells: descriptors that a fault left behind are found by
/// what they are of, whatever other threads open meanwhile.
public final class OpenFiles {
  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
  private static final String INOTIFY = "anon_inode:inotify";

  private OpenFiles() {}

  /// Files and directories at and below one, also those that were removed since. A descriptor each.
  public static List<String> below(Path directory) throws IOException {
    String root = directory.toRealPath().toString();
    return all().stream()
        .filter(open -> open.equals(root) || open.startsWith(root + "/"))
        .sorted()
        .toList();
  }

  /// How many instances of inotify are open.
  public static int inotifies() {
    return (int) all().stream().filter(INOTIFY::equals).count();
  }

  private static List<String> all() {
    List<String> open = new ArrayList<>();
    try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
      for (Path descriptor : descriptors.toList()) {
        try {
          open.add(Files.readSymbolicLink(descriptor).toString());
        } catch (NoSuchFileException e) {
          continue; // closed meanwhile, as that of the list itself
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return open;
  }
}
