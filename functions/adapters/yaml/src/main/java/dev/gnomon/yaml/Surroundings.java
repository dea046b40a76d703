package dev.gnomon.yaml;

import dev.gnomon.core.places.CanonicalPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What a catalogue's paths are checked against on this machine.
///
/// @param mountRoots where file systems are mounted now
record Surroundings(Path dataDirectory, Set<Path> mountRoots) {
  private static final Path MOUNTS = Path.of("/proc/self/mounts");
  private static final Pattern OCTAL = Pattern.compile("\\\\([0-7]{3})");

  /// Directories that a machine can't do without while they are fenced, whether or not they are
  /// mounts.
  private static final Set<Path> SYSTEM =
      Set.of(
              "/",
              "/bin",
              "/boot",
              "/dev",
              "/etc",
              "/home",
              "/lib",
              "/lib64",
              "/media",
              "/mnt",
              "/opt",
              "/proc",
              "/root",
              "/run",
              "/sbin",
              "/srv",
              "/sys",
              "/tmp",
              "/usr",
              "/var",
              "/usr/bin",
              "/usr/lib",
              "/usr/local",
              "/usr/sbin",
              "/usr/share",
              "/var/lib",
              "/var/log",
              "/var/run",
              "/var/tmp",
              "/Applications",
              "/Library",
              "/System",
              "/Users",
              "/Volumes",
              "/private")
          .stream()
          .map(Path::of)
          .collect(Collectors.toUnmodifiableSet());

  private static final Set<Path> KERNEL =
      Set.of(Path.of("/proc"), Path.of("/sys"), Path.of("/dev"));

  static Surroundings of(Path dataDirectory) {
    return new Surroundings(CanonicalPath.of(dataDirectory.toAbsolutePath().normalize()), mounts());
  }

  boolean system(Path canonical) {
    return SYSTEM.contains(canonical) || KERNEL.stream().anyMatch(canonical::startsWith);
  }

  boolean mountRoot(Path canonical) {
    return mountRoots.contains(canonical);
  }

  private static Set<Path> mounts() {
    Set<Path> roots = new HashSet<>();
    try {
      for (String line : Files.readAllLines(MOUNTS, StandardCharsets.ISO_8859_1)) {
        String[] fields = line.split(" ", 3);
        if (fields.length == 3) {
          roots.add(Path.of(unescaped(fields[1])));
        }
      }
    } catch (IOException | IllegalArgumentException e) {
      return Set.copyOf(roots); // no such file on this system: the well-known roots remain
    }
    return Set.copyOf(roots);
  }

  private static String unescaped(String field) {
    String plain =
        OCTAL
            .matcher(field)
            .replaceAll(match ->
                Matcher.quoteReplacement(
                    String.valueOf((char) Integer.parseInt(match.group(1), 8))));
    return new String(plain.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
  }
}
