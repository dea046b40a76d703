package dev.gnomon.filesystem.objects;

import dev.gnomon.core.cells.CellPlace;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.objects.ObjectStoreException;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// The directory of a cell. Nothing is deleted in it by itself, and no old versions are kept.
///
/// @param directory absolute
public record DirectoryCellPlace(Path directory) implements CellPlace {
  @Override
  public boolean isThere() {
    if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(directory)) {
      throw new Refusal("%s is there and is no directory".formatted(directory));
    }
    return Files.isDirectory(directory);
  }

  @Override
  public boolean make() {
    if (isThere()) {
      return false;
    }
    try {
      Files.createDirectories(directory);
      return true;
    } catch (FileAlreadyExistsException e) {
      throw new Refusal("%s is there and is no directory".formatted(e.getFile()));
    } catch (IOException e) {
      throw ObjectStoreException.of(e, "making the directory " + directory + " failed");
    }
  }

  @Override
  public boolean isWhole() {
    return true;
  }

  @Override
  public Optional<Versions> versions() {
    return Optional.empty();
  }

  @Override
  public void keepVersions() {
    throw new UnsupportedOperationException("directories keep no versions");
  }

  @Override
  public Optional<Lifecycle> lifecycle() {
    return Optional.empty();
  }

  @Override
  public void setLifecycle(LifecycleRule rule) {
    throw new UnsupportedOperationException("directories have no lifecycle");
  }

  @Override
  public void close() {
    // holds nothing
  }
}
