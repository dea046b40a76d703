package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.routes.Location;
import java.util.Optional;

/// Finds a location that already holds exactly a point, so that a switch can serve at once: the
/// newest generation of the replica, or a location that an earlier rollback left behind its fence.
/// A switch from a shadow goes home, to the location of the resource, unless another cell is its
/// target.
final class ExactPlaces {
  private final Surroundings world;
  private final Resource resource;
  private final Optional<Left> left;
  private final Optional<CellName> target;

  /// @param left only where the target lets the rollback use it
  ExactPlaces(
      Surroundings world, Resource resource, Optional<Left> left, Optional<CellName> target) {
    this.world = world;
    this.resource = resource;
    this.left = left;
    this.target = target;
  }

  /// The place, if there is one now; nothing is changed.
  Optional<Location> look(Candidate candidate) {
    Optional<Replica> replica = replica();
    return replica
        .flatMap(one -> one.equal(candidate.content()))
        .map(entry -> replica.orElseThrow().location(entry.generation()))
        .or(() -> left(candidate));
  }

  /// The place, and no sync writes to it any more.
  Optional<Location> take(Candidate candidate, String rollback) {
    Optional<Replica> replica = replica();
    return replica
        .flatMap(one -> one.sealIfEqual(candidate.content(), rollback))
        .map(entry -> replica.orElseThrow().location(entry.generation()))
        .or(() -> left(candidate));
  }

  private Optional<Replica> replica() {
    boolean goesHome = left.map(Left::location).filter(Location.home(resource)::equals).isPresent();
    return goesHome ? Optional.empty() : world.replicas().of(resource, target);
  }

  private Optional<Location> left(Candidate candidate) {
    return left.filter(one -> one.holds(candidate.content()))
        .map(Left::location)
        .filter(this::isThere);
  }

  private boolean isThere(Location location) {
    return world.fence().content(resource, location).isPresent();
  }
}
