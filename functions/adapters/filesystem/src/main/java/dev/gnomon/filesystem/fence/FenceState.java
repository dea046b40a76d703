package dev.gnomon.filesystem.fence;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// What a fence is about, in a small file beside the location while the fence stands or is being
/// raised or lifted.
///
/// @param version form of the file, 1
/// @param epoch the epoch that the location was fenced for
/// @param tree inode number of the tree's top directory: by it the tree is told from a placeholder
///   and from what writers made, whichever of the names it has
/// @param note a sentence for whoever finds the file
record FenceState(int version, ResourceName resource, Epoch epoch, long tree, String note) {
  static final int VERSION = 1;
  private static final int MAX_BYTES = 64 * 1024;

  static FenceState of(ResourceName resource, Epoch epoch, long tree, FenceNames names) {
    String note =
        "Gnomon fenced this directory; its content is in "
            + names.hidden().getFileName()
            + " and comes back when the rollback is over";
    return new FenceState(VERSION, resource, epoch, tree, note);
  }

  byte[] bytes() {
    try {
      return Json.MAPPER.writeValueAsBytes(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// The state in a file; empty if there is none. A file that can't be understood counts as none:
  /// the names alone say nearly as much.
  static Optional<FenceState> read(Path file) throws IOException {
    try {
      if (Files.size(file) > MAX_BYTES) {
        return Optional.empty();
      }
      return Optional.of(Json.MAPPER.readValue(Files.readAllBytes(file), FenceState.class));
    } catch (NoSuchFileException | JsonProcessingException e) {
      return Optional.empty();
    }
  }
}
