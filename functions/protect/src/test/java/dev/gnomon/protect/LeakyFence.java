package dev.gnomon.protect;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.routes.Location;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/// A fence of directories that says it is enforced, and lets writers in again at once.
record LeakyFence(Fence fence) implements Fence {
  @Override
  public Capability capability(Resource resource, Location location) {
    return fence.capability(resource, location);
  }

  @Override
  public Outcome fence(Resource resource, Location location, Epoch epoch) {
    Outcome outcome = fence.fence(resource, location, epoch);
    if (outcome instanceof Outcome.Done) {
      open(Path.of(location.path()));
    }
    return outcome;
  }

  private static void open(Path place) {
    try {
      new ProcessBuilder(
              "sh",
              "-c",
              "chattr -i \"$1\"; rm -rf \"$1\"; mkdir -p \"$1\"",
              "sh",
              place.toString())
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public Optional<Place> content(Resource resource, Location location) {
    return fence.content(resource, location);
  }

  @Override
  public <T> Held<T> held(
      Resource resource, Location location, Epoch epoch, Function<Place, T> work) {
    return fence.held(resource, location, epoch, work);
  }

  @Override
  public Release release(Resource resource, Location location, Epoch epoch) {
    return fence.release(resource, location, epoch);
  }
}
