package dev.gnomon.core.replica;

import dev.gnomon.core.replica.ReplicaEntry.Place;
import dev.gnomon.core.routes.Location;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/// Where the generations of a replica lie, and what of them is found there now.
sealed interface ReplicaHome permits ReplicaDirectory, ReplicaPrefix {
  /// A generation that is there.
  ///
  /// @param fenced whether its content is behind a fence
  record Standing(Place place, boolean fenced) {}

  Location location(long generation);

  /// The number of a generation of this home; empty for any other location.
  Optional<Long> generation(Location location);

  /// Makes the home of a replica that never had a generation.
  void make();

  /// A replica that has a log is never made anew.
  ///
  /// @throws UncheckedIOException if what the log means is not there
  void require(ReplicaEntry newest);

  /// The generation as it is there now.
  Optional<Standing> standing(long generation);

  /// Whether a generation still holds what its entry says.
  boolean holds(ReplicaEntry entry);

  /// Makes an empty generation with the first number from the given one that nothing stands at.
  long fresh(long from);

  /// Numbers of generations that may be there, newest first.
  ///
  /// @param newest the greatest number that the log knows
  List<Long> generations(long newest);

  /// The number that the name of a generation says.
  static Optional<Long> number(String name) {
    return name.matches("[0-9]{6,18}") ? Optional.of(Long.parseLong(name)) : Optional.empty();
  }
}
