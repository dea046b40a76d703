package dev.gnomon.core.actuators;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.routes.Location;
import java.util.Optional;
import java.util.function.Function;

/// Fences every location by the kind of its place.
///
/// @param directories fences directories
/// @param prefixes fences prefixes of buckets
public record FenceByPlace(Fence directories, Fence prefixes) implements Fence {
  private Fence of(Location location) {
    return switch (location.place()) {
      case Place.Directory directory -> directories;
      case S3Prefix prefix -> prefixes;
    };
  }

  @Override
  public Capability capability(Resource resource, Location location) {
    return of(location).capability(resource, location);
  }

  @Override
  public Outcome fence(Resource resource, Location location, Epoch epoch) {
    return of(location).fence(resource, location, epoch);
  }

  @Override
  public Optional<Place> content(Resource resource, Location location) {
    return of(location).content(resource, location);
  }

  @Override
  public <T> Held<T> held(
      Resource resource, Location location, Epoch epoch, Function<Place, T> work) {
    return of(location).held(resource, location, epoch, work);
  }

  @Override
  public Release release(Resource resource, Location location, Epoch epoch) {
    return of(location).release(resource, location, epoch);
  }
}
