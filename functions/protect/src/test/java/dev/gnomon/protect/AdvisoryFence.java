package dev.gnomon.protect;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import java.util.Optional;
import java.util.function.Function;

/// A fence that says no more of itself than where a user without privileges has it: writers are
/// only told.
record AdvisoryFence(Fence fence) implements Fence {
  private static final String WHY = "a fence of this test is never enforced";

  @Override
  public Capability capability(Resource resource, Location location) {
    return new Capability(false, WHY);
  }

  @Override
  public Outcome fence(Resource resource, Location location, Epoch epoch) {
    Outcome outcome = fence.fence(resource, location, epoch);
    return outcome instanceof Outcome.Done ? new Outcome.Done(Fenced.ADVISORY, WHY) : outcome;
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
