package dev.gnomon.core.replica;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.Restorer;
import java.util.Optional;

/// Finds the replica of a resource and brings its newest generation up to date.
public final class Replicas {
  private final ControlRecords records;
  private final CellStores stores;
  private final Owners owners;
  private final Fence fence;
  private final KeyedLocks locks = new KeyedLocks();

  public Replicas(ControlRecords records, CellStores stores, Owners owners, Fence fence) {
    this.records = records;
    this.stores = stores;
    this.owners = owners;
    this.fence = fence;
  }

  public Optional<Replica> of(Resource resource) {
    return resource.replica().flatMap(shadow -> of(resource, shadow));
  }

  public Optional<Replica> of(Resource resource, ShadowSpec shadow) {
    return shadow
        .replica()
        .map(directory -> new Replica(records, owners, fence, resource, shadow.cell(), directory));
  }

  /// How a sync ended.
  public enum Synced {
    /// The newest generation equals the point now.
    DONE,
    /// Another process is at it.
    BUSY
  }

  /// Brings the newest unsealed generation to a point of the replica's own cell.
  public Synced sync(Resource resource, Replica replica, PointRef ref, Point point) {
    return locks.locked(
        "replica/" + resource.name(),
        () ->
            switch (replica.ask(ref, point.content())) {
              case Asked.Current ignored -> Synced.DONE;
              case Asked.Busy ignored -> Synced.BUSY;
              case Asked.Granted granted -> bring(replica, granted.turn(), ref);
            });
  }

  /// Asks, for a rollback, for a generation to bring to a point. A sync of this process that is at
  /// work is not waited for: it goes on with its generation until it finds that it lost its turn.
  public Asked askSealing(
      Resource resource, Replica replica, PointRef point, ContentHash content, String rollback) {
    return locks
        .tryLocked(
            "replica/" + resource.name(), () -> replica.askSealing(point, content, rollback, true))
        .orElseGet(() -> replica.askSealing(point, content, rollback, false));
  }

  /// Makes the generation of a turn equal to a point. A sync whose turn is lost stops; what it
  /// wrote stays in a generation that nobody uses.
  private Synced bring(Replica replica, Turn turn, PointRef ref) {
    HeldTurn held = new HeldTurn(replica, turn);
    Restorer restorer = stores.restorer(ref.cell());
    RestoreRequest request =
        new RestoreRequest(
            ref.point(),
            replica.path(turn.entry().generation()),
            RESTORE_PART_BYTES,
            RestoreRequest.Making.NOTHING);
    for (Part part : restorer.plan(request, held).parts()) {
      if (held.lost()) {
        return Synced.BUSY;
      }
      restorer.restorePart(request, part, held);
    }
    if (held.lost()) {
      return Synced.BUSY;
    }
    restorer.finish(request);
    if (!replica.stands(turn.entry())) {
      throw replica.exchanged(turn.entry());
    }
    return replica.synced(held.turn()) ? Synced.DONE : Synced.BUSY;
  }

  private static final long RESTORE_PART_BYTES = 4L << 30;
}
