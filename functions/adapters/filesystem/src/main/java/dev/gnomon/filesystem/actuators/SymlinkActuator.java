package dev.gnomon.filesystem.actuators;

import dev.gnomon.core.actuators.Actuator;
import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.catalogue.ActuatorSpec;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.routes.Route;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/// Keeps a symbolic link on the primary of the route, whatever the route's state: a new link is
/// made beside it and renamed over it, so that there is no moment without one. What is not a
/// symbolic link is never replaced.
public final class SymlinkActuator implements Actuator<ActuatorSpec.Symlink> {
  private final AppliedEpochs epochs;

  public SymlinkActuator(AppliedEpochs epochs) {
    this.epochs = epochs;
  }

  @Override
  public Applied apply(ActuatorSpec.Symlink spec, Resource resource, Route route) {
    try {
      return epochs.inTurn(
          "symlink " + resource.name() + " " + spec.link(),
          route.epoch(),
          () -> swing(spec.link(), route.primary().place().directory()),
          Applied.Outdated::new);
    } catch (UncheckedIOException | Unavailable e) {
      return new Applied.Failed("symlink " + spec.link() + ": " + e.getMessage(), true);
    }
  }

  private static Applied swing(Path link, Path target) {
    Path parent = link.getParent();
    if (!link.isAbsolute() || parent == null || !target.isAbsolute()) {
      return new Applied.Failed(
          "symlink " + link + " -> " + target + ": both must be absolute paths", false);
    }
    try {
      if (pointsTo(link).filter(target::equals).isPresent()) {
        return new Applied.Done();
      }
      if (Files.exists(link, LinkOption.NOFOLLOW_LINKS) && !Files.isSymbolicLink(link)) {
        return new Applied.Failed(link + " is not a symbolic link; it was left as it is", false);
      }
      // One name for all attempts: what a killed one left is replaced by the next.
      Path next = link.resolveSibling("." + link.getFileName() + ".gnomon-link");
      Files.deleteIfExists(next);
      Files.createSymbolicLink(next, target);
      Files.move(next, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
      try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
        channel.force(true);
      }
      return new Applied.Done();
    } catch (IOException e) {
      return new Applied.Failed("symlink " + link + " -> " + target + ": " + e, true);
    }
  }

  private static Optional<Path> pointsTo(Path link) throws IOException {
    return Files.isSymbolicLink(link)
        ? Optional.of(Files.readSymbolicLink(link))
        : Optional.empty();
  }
}
