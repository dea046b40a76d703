package dev.gnomon.core.replica;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.Progress;
import dev.gnomon.core.shadow.RestoreReport;
import dev.gnomon.core.shadow.RestoreRequest;
import java.nio.file.Path;
import java.util.Optional;

/// Finds the replica of a resource and brings its newest generation up to date.
public final class Replicas {
  private final ControlRecords records;
  private final CellStores stores;
  private final Owners owners;
  private final KeyedLocks locks = new KeyedLocks();

  public Replicas(ControlRecords records, CellStores stores, Owners owners) {
    this.records = records;
    this.stores = stores;
    this.owners = owners;
  }

  public Optional<Replica> of(Resource resource) {
    return resource.replica().flatMap(shadow -> of(resource, shadow));
  }

  public Optional<Replica> of(Resource resource, ShadowSpec shadow) {
    return shadow
        .replica()
        .map(directory -> new Replica(records, owners, resource.name(), shadow.cell(), directory));
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
              case Asked.Granted granted -> {
                Path path = replica.path(granted.turn().entry().generation());
                restore(ref, path);
                yield replica.synced(granted.turn()) ? Synced.DONE : Synced.BUSY;
              }
            });
  }

  /// Runs work on a replica's generation while no sync of this process does.
  public <T> T exclusively(Resource resource, java.util.function.Supplier<T> work) {
    return locks.locked("replica/" + resource.name(), work);
  }

  private RestoreReport restore(PointRef ref, Path path) {
    var restorer = stores.restorer(ref.cell());
    RestoreRequest request = new RestoreRequest(ref.point(), path, RESTORE_PART_BYTES);
    RestoreReport report = RestoreReport.NOTHING;
    for (var part : restorer.plan(request, Progress.NONE).parts()) {
      report = report.plus(restorer.restorePart(request, part, Progress.NONE));
    }
    return report.plus(restorer.finish(request));
  }

  private static final long RESTORE_PART_BYTES = 4L << 30;
}
