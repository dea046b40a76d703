package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// What keeps a tree from being moved away, found without trying it.
final class Obstacles {
  private Obstacles() {}

  static Optional<String> of(FenceNames names, Standing standing, Syscalls calls)
      throws IOException {
    Path location = names.location();
    return switch (standing.tree()) {
      case NOWHERE -> Optional.of(location + " does not exist");
      case HIDDEN -> Optional.empty();
      case AT_LOCATION -> {
        if (Files.isSymbolicLink(location)) {
          yield Optional.of(location + " is a symbolic link; name the directory it leads to");
        }
        if (standing.location().kind() == Standing.Kind.OTHER) {
          yield Optional.of(location + " is not a directory");
        }
        if (isMountPoint(location)) {
          yield Optional.of(location + " is a mount point, which can't be moved");
        }
        if (!Files.isWritable(names.parent())) {
          yield Optional.of(names.parent() + " can't be written, so nothing can be renamed in it");
        }
        yield Optional.of(location)
            .filter(path -> calls.immutable(path).orElse(false))
            .or(() ->
                Optional.of(names.parent()).filter(path -> calls.immutable(path).orElse(false)))
            .map(path -> path + " is immutable (chattr +i), so it can't be renamed");
      }
    };
  }

  private static boolean isMountPoint(Path location) throws IOException {
    MountTable mounts = MountTable.read(Path.of("/proc/self/mountinfo"));
    return mounts.at(ProcessFiles.characters(location)).isPresent();
  }
}
