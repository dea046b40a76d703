package dev.gnomon.core.replica;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.control.WrittenOnce;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.replica.ReplicaEntry.Place;
import dev.gnomon.core.routes.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// The directory of a replica as it is found on this host: whether it is the one that the log
/// means, and which of its generations are there.
final class ReplicaDirectory {
  /// Says which replica the directory holds. It goes away with its file system, so a directory
  /// below a mount point, or of another disk, is not taken for the replica.
  static final String IDENTITY = ".gnomon-replica.json";

  /// How many directories that nobody knows may stand in the way of a new generation.
  private static final int MAX_OCCUPIED = 1000;

  private final Resource resource;
  private final CellName cell;
  private final Path directory;
  private final Fence fence;

  ReplicaDirectory(Resource resource, CellName cell, Path directory, Fence fence) {
    this.resource = resource;
    this.cell = cell;
    this.directory = directory;
    this.fence = fence;
  }

  /// Content of the identity file.
  record Identity(String replica) {}

  /// A generation that is there.
  ///
  /// @param fenced whether its content is behind a fence
  record Standing(Place place, boolean fenced) {}

  Path path() {
    return directory;
  }

  Path path(long generation) {
    return directory.resolve("%06d".formatted(generation));
  }

  Location location(long generation) {
    return new Location(cell, path(generation).toString());
  }

  /// The identity; empty if there is none, or no directory.
  Optional<String> identity() {
    Path file = directory.resolve(IDENTITY);
    try {
      Optional<byte[]> content = new WrittenOnce(file).read();
      return content.isEmpty()
          ? Optional.empty()
          : Optional.of(Json.MAPPER.readValue(content.get(), Identity.class).replica());
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(
          "%s must say {\"replica\":\"ID\"}, but it can't be read: %s"
              .formatted(file, e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be read: " + e, e);
    }
  }

  /// Makes the directory, for a replica that never had a generation.
  ///
  /// @return its identity
  String make() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("the replica " + directory + " can't be made: " + e, e);
    }
    return identified();
  }

  /// The identity; the directory gets one if it has none.
  String identified() {
    Optional<String> found = identity();
    if (found.isPresent()) {
      return found.get();
    }
    Path file = directory.resolve(IDENTITY);
    try {
      new WrittenOnce(file)
          .write(Json.MAPPER.writeValueAsBytes(new Identity(UUID.randomUUID().toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " can't be written: " + e, e);
    }
    return identity().orElseThrow(() -> new IllegalStateException(file + " went away"));
  }

  /// The generation as it is there now. A file system that does not answer counts as away.
  Optional<Standing> standing(long generation) {
    Optional<Path> content = content(generation);
    if (content.isEmpty()) {
      return Optional.empty();
    }
    try {
      Object home = Files.getAttribute(directory, "unix:dev");
      Object device = Files.getAttribute(content.get(), "unix:dev", LinkOption.NOFOLLOW_LINKS);
      if (!home.equals(device)) {
        return Optional.empty(); // Something is mounted at its path.
      }
      long inode = (Long) Files.getAttribute(content.get(), "unix:ino", LinkOption.NOFOLLOW_LINKS);
      return identity()
          .map(id -> new Standing(new Place(id, inode), !unfenced(content.get(), generation)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(content.get() + " can't be looked at: " + e, e);
    }
  }

  private Optional<Path> content(long generation) {
    return fence.content(resource, location(generation)).map(place -> place.directory());
  }

  private boolean unfenced(Path content, long generation) {
    return path(generation).endsWith(content.getFileName());
  }

  /// Makes an empty generation with the first number from the given one that nothing stands at.
  long fresh(long from) {
    for (long number = from; number < from + MAX_OCCUPIED; number++) {
      Optional<Path> content = content(number);
      try {
        if (content.isPresent()) {
          // Empty: made by a call that did not get to its log entry, or is about to.
          if (unfenced(content.get(), number) && isEmpty(content.get())) {
            return number;
          }
          continue;
        }
        Files.createDirectory(path(number));
        return number;
      } catch (FileAlreadyExistsException e) {
        continue;
      } catch (IOException e) {
        throw new UncheckedIOException("generation " + path(number) + " can't be made: " + e, e);
      }
    }
    throw new UncheckedIOException(
        new IOException(
            "%d directories that no log knows stand in %s from %06d on"
                .formatted(MAX_OCCUPIED, directory, from)));
  }

  private static boolean isEmpty(Path path) throws IOException {
    try (Stream<Path> entries = Files.list(path)) {
      return entries.findAny().isEmpty();
    }
  }
}
