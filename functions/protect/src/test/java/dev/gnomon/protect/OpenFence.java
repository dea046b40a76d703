package dev.gnomon.protect;

import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import java.util.Optional;
import java.util.function.Function;

/// A fence of places in memory: it keeps the epochs, and writers are what the test says.
///
/// @param fenced what a fence gives
record OpenFence(AppliedEpochs epochs, Fenced fenced) implements Fence {
  private static String key(Location location) {
    return "fence " + location;
  }

  @Override
  public Capability capability(Resource resource, Location location) {
    return new Capability(fenced == Fenced.ENFORCED, "a test says so");
  }

  @Override
  public Outcome fence(Resource resource, Location location, Epoch epoch) {
    return epochs.inTurn(
        key(location),
        epoch,
        () -> new Outcome.Done(fenced, "a test says so"),
        Outcome.Outdated::new);
  }

  @Override
  public Optional<Place> content(Resource resource, Location location) {
    return Optional.of(location.place());
  }

  @Override
  public <T> Held<T> held(
      Resource resource, Location location, Epoch epoch, Function<Place, T> work) {
    return epochs.during(
        key(location),
        epoch,
        () -> new Held.Done<>(work.apply(location.place())),
        Held.Passed::new);
  }

  @Override
  public Release release(Resource resource, Location location, Epoch epoch) {
    return epochs.inTurn(
        key(location), epoch, () -> new Release.Lifted(Optional.empty()), Release.Outdated::new);
  }
}
