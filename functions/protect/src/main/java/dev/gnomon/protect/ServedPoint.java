package dev.gnomon.protect;

import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Serving.NotServed;
import dev.gnomon.core.shadow.Serving.Served;
import java.util.List;
import java.util.Optional;

/// The plain objects that were made equal to a point.
///
/// @param notServed paths of the point that are no objects there
/// @param examples the first of them, each with why
record ServedPoint(String location, long notServed, List<NotServed> examples) {
  ServedPoint {
    examples = List.copyOf(examples);
  }

  /// @return empty if none of the replicas holds just that point as plain objects
  static Optional<ServedPoint> of(List<Replica> replicas, PointRef ref) {
    for (Replica replica : replicas) {
      Optional<ReplicaEntry> entry =
          replica.newest().filter(newest -> newest.point().equals(Optional.of(ref)));
      Optional<Served> served = entry.flatMap(ReplicaEntry::served);
      if (entry.isPresent() && served.isPresent()) {
        return Optional.of(
            new ServedPoint(
                replica.location(entry.get().generation()).toString(),
                served.get().notServed(),
                served.get().examples()));
      }
    }
    return Optional.empty();
  }
}
