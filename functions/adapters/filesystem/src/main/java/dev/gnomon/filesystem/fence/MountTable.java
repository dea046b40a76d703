package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The mounts that one process sees, from its `mountinfo` (proc(5)). With it a path of any mount
/// namespace becomes a place on a device, which two namespaces can be compared by.
record MountTable(List<Mount> mounts) {

  /// @param device major:minor
  /// @param root the directory of that file system that is mounted
  /// @param point where it is mounted
  record Mount(String device, String root, String point, boolean readOnly, String type) {}

  /// A place on a device, independent of where it is mounted.
  record Place(String device, String path) {
    boolean holds(Place other) {
      return device.equals(other.device) && isBelow(other.path, path);
    }
  }

  MountTable {
    mounts = List.copyOf(mounts);
  }

  static MountTable read(Path mountinfo) throws IOException {
    // Names may have any byte; ISO-8859-1 keeps each as one character.
    List<Mount> mounts = new ArrayList<>();
    for (String line : Files.readAllLines(mountinfo, StandardCharsets.ISO_8859_1)) {
      String[] fields = line.split(" ");
      int separator = List.of(fields).indexOf("-");
      if (fields.length >= 6 && separator > 0 && separator + 1 < fields.length) {
        boolean readOnly = List.of(fields[5].split(",")).contains("ro");
        mounts.add(
            new Mount(
                fields[2],
                unescaped(fields[3]),
                unescaped(fields[4]),
                readOnly,
                fields[separator + 1]));
      }
    }
    return new MountTable(mounts);
  }

  /// The mount whose mount point this very path is.
  Optional<Mount> at(String path) {
    return mounts.reversed().stream().filter(mount -> mount.point().equals(path)).findFirst();
  }

  /// Where a path lies; of mounts on the same point, the last one covers the others.
  Optional<Place> place(String path) {
    Optional<Mount> best = Optional.empty();
    for (Mount mount : mounts) {
      boolean longer = best.isEmpty() || mount.point().length() >= best.get().point().length();
      if (longer && isBelow(path, mount.point())) {
        best = Optional.of(mount);
      }
    }
    return best.map(mount -> new Place(mount.device(), joined(mount, path)));
  }

  private static String joined(Mount mount, String path) {
    String rest = mount.point().equals("/") ? path : path.substring(mount.point().length());
    String joined = mount.root().equals("/") ? rest : mount.root() + (rest.equals("/") ? "" : rest);
    return joined.isEmpty() ? "/" : joined;
  }

  /// Whether a path is a directory or something below it.
  static boolean isBelow(String path, String directory) {
    return directory.equals("/")
        ? path.startsWith("/")
        : path.startsWith(directory)
            && (path.length() == directory.length() || path.charAt(directory.length()) == '/');
  }

  /// Undoes the octal escapes (`\040`) of procfs.
  static String unescaped(String text) {
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      boolean escape =
          text.charAt(i) == '\\'
              && i + 3 < text.length()
              && text.substring(i + 1, i + 4).matches("[0-3][0-7]{2}");
      if (escape) {
        plain.append((char) Integer.parseInt(text, i + 1, i + 4, 8));
        i += 3;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }
}
