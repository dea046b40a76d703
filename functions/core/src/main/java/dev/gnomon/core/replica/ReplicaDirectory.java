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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// The directory of a replica as it is found on this host: whether it is the one that the log
/// means, and which of its generations are there.
final class ReplicaDirectory implements ReplicaHome {
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

  Path path() {
    return directory;
  }

  Path path(long generation) {
    return directory.resolve("%06d".formatted(generation));
  }

  @Override
  public Location location(long generation) {
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

  @Override
  public Optional<Long> generation(Location location) {
    if (!location.cell().equals(cell)
        || !(location.place() instanceof dev.gnomon.core.places.Place.Directory(Path path))
        || !directory.equals(path.getParent())) {
      return Optional.empty();
    }
    return ReplicaHome.number(path.getFileName().toString());
  }

  @Override
  public void make() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException("the replica " + directory + " can't be made: " + e, e);
    }
    identified();
  }

  /// If the directory is not there, its file system is away.
  @Override
  public void require(ReplicaEntry entry) {
    Optional<String> found = identity();
    Optional<String> known = entry.place().map(Place::replica);
    if (known.isPresent() ? found.equals(known) : found.isPresent()) {
      return;
    }
    if (known.isEmpty() && Files.isDirectory(path(entry.generation()))) {
      identified(); // of an earlier version
      return;
    }
    String wanted = known.orElseGet(() -> UUID.randomUUID().toString());
    String reason =
        "the replica %s of %s is not there: %s. Is its file system mounted? To begin a new replica there, write {\"replica\":\"%s\"} into %s"
            .formatted(
                directory,
                resource.name(),
                found
                    .map(other -> "its " + IDENTITY + " says " + other)
                    .orElse(
                        Files.isDirectory(directory)
                            ? "it holds no " + IDENTITY
                            : "there is no such directory"),
                wanted,
                directory.resolve(IDENTITY));
    throw new UncheckedIOException(reason, new IOException(reason));
  }

  /// What a directory holds is compared by whoever serves it.
  @Override
  public boolean holds(ReplicaEntry entry) {
    return true;
  }

  @Override
  public List<Long> generations(long newest) {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .flatMap(entry -> ReplicaHome.number(entry.getFileName().toString()).stream())
          .distinct()
          .sorted(Comparator.reverseOrder())
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("the replica " + directory + " can't be listed", e);
    }
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
  @Override
  public Optional<Standing> standing(long generation) {
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

  @Override
  public long fresh(long from) {
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
