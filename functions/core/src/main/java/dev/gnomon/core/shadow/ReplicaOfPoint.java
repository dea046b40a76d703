package dev.gnomon.core.shadow;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.catalogue.ShadowType;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.ids.UpdateId;
import dev.gnomon.core.replica.Replica;
import dev.gnomon.core.replica.ReplicaEntry;
import dev.gnomon.core.replica.ReplicaEntry.Event;
import dev.gnomon.core.replica.Replicas;
import dev.gnomon.core.shadow.Serving.Served;
import java.util.Optional;

/// Brings the replica of a FULL shadow to a point that was just taken, if it may be. A replica that
/// follows its primary is brought to the point of an update only: it stays there until the update
/// has ended, so that the point can be served at once. A point that was taken because a failure was
/// predicted may show the trouble already: a replica stays at the point that it holds.
final class ReplicaOfPoint {
  private final Protection protection;
  private final Replicas replicas;

  ReplicaOfPoint(Protection protection, Replicas replicas) {
    this.protection = protection;
    this.replicas = replicas;
  }

  private static boolean holdsAPoint(Replica replica) {
    return replica.newest().filter(entry -> entry.event() == Event.SYNCED).isPresent();
  }

  /// What the plain objects of a shadow were left with, if they equal the point.
  Optional<Served> served(Resource resource, ShadowSpec shadow, PointRef ref) {
    return replicas
        .of(resource, shadow)
        .flatMap(Replica::newest)
        .filter(entry -> entry.point().equals(Optional.of(ref)))
        .flatMap(ReplicaEntry::served);
  }

  /// @throws Unavailable if another process is at it; asked again, it may not be
  void bring(
      Resource resource,
      ShadowSpec shadow,
      Optional<UpdateId> updateId,
      PointRef ref,
      Point point) {
    boolean follows = shadow.following().isPresent();
    Optional<Replica> replica = replicas.of(resource, shadow);
    if (shadow.type() != ShadowType.FULL
        || replica.isEmpty()
        || (follows && updateId.isEmpty())
        || (point.kind() == PointKind.PREDICTED && holdsAPoint(replica.get()))
        || !protection.mayAdvanceReplica(resource, updateId)
        || (follows && replica.get().guards(point))) {
      return;
    }
    boolean busy = replicas.sync(replica.get(), ref, point) == Replicas.Synced.BUSY;
    if (busy && !follows) {
      throw new Unavailable(
          "another process brings the replica of " + resource.name() + " up to date");
    } // One that is followed by another process serves at a rollback after what differs was
    // written.
  }
}
