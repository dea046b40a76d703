package dev.gnomon.core.replica;

import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.ShadowSpec;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.KeyedLocks;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.places.S3Prefix;
import dev.gnomon.core.replica.Replica.Asked;
import dev.gnomon.core.replica.Replica.Turn;
import dev.gnomon.core.shadow.CellStores;
import dev.gnomon.core.shadow.Part;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointRef;
import dev.gnomon.core.shadow.RestoreRequest;
import dev.gnomon.core.shadow.Restorer;
import dev.gnomon.core.shadow.Serving.Served;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/// Finds the replica of a resource and brings its newest generation up to date.
public final class Replicas {
  private final ControlRecords records;
  private final CellStores stores;
  private final Owners owners;
  private final Fence fence;
  private final KeyedLocks locks = new KeyedLocks();
  private final Map<String, Asking> asking = new ConcurrentHashMap<>();
  private final Map<String, RecordLog<ReplicaEntry>> logs = new ConcurrentHashMap<>();
  private final Set<String> leases = ConcurrentHashMap.newKeySet();

  public Replicas(ControlRecords records, CellStores stores, Owners owners, Fence fence) {
    this.records = records;
    this.stores = stores;
    this.owners = owners;
    this.fence = fence;
  }

  /// The replica that is declared first.
  public Optional<Replica> of(Resource resource) {
    return resource.replica().flatMap(shadow -> of(resource, shadow));
  }

  /// The replica in a cell that a resource can be switched to, or the one that is declared first.
  public Optional<Replica> of(Resource resource, Optional<CellName> cell) {
    return cell.isEmpty()
        ? of(resource)
        : resource.replicas().stream()
            .filter(shadow -> shadow.cell().equals(cell.get()))
            .findFirst()
            .flatMap(shadow -> of(resource, shadow));
  }

  public Optional<Replica> of(Resource resource, ShadowSpec shadow) {
    CellName cell = shadow.cell();
    Optional<ReplicaHome> home =
        shadow
            .replica()
            .<ReplicaHome>map(directory -> new ReplicaDirectory(resource, cell, directory, fence))
            .or(() ->
                shadow
                    .serving()
                    .map(place -> new ReplicaPrefix(cell, place, stores.serving(cell))));
    return home.map(one ->
        new Replica(
            records,
            owners,
            resource.name(),
            cell,
            one,
            logs.computeIfAbsent(
                resource.name() + "/" + cell, key -> Replica.log(records, resource.name(), cell))));
  }

  /// Every replica of a resource, also those that only readers use.
  public List<Replica> all(Resource resource) {
    return resource.shadows().stream().flatMap(shadow -> of(resource, shadow).stream()).toList();
  }

  /// How a sync ended.
  public enum Synced {
    /// The newest generation equals the point now.
    DONE,
    /// Another process is at it.
    BUSY
  }

  /// Brings the newest unsealed generation to a point of the replica's own cell.
  public Synced sync(Replica replica, PointRef ref, Point point) {
    return wanting(replica, () -> locks.locked(replica.key(), () -> synced(replica, ref, point)));
  }

  private Synced synced(Replica replica, PointRef ref, Point point) {
    return switch (replica.ask(ref, point.content())) {
      case Asked.Current ignored -> Synced.DONE;
      case Asked.Busy ignored -> Synced.BUSY;
      case Asked.Granted granted -> bring(replica, granted.turn(), ref);
    };
  }

  /// Syncs and rollbacks of this process that want a replica.
  ///
  /// @param now how many wait or work
  /// @param ever how many there were
  private record Asking(AtomicInteger now, AtomicLong ever) {}

  private Asking asking(Replica replica) {
    return asking.computeIfAbsent(
        replica.key(), name -> new Asking(new AtomicInteger(), new AtomicLong()));
  }

  /// Tells whoever follows the primary to let go.
  private <T> T wanting(Replica replica, Supplier<T> work) {
    Asking asked = asking(replica);
    asked.now().incrementAndGet();
    asked.ever().incrementAndGet();
    try {
      return work.get();
    } finally {
      asked.now().decrementAndGet();
    }
  }

  /// Whether a sync or a rollback of this process waits for the replica.
  boolean isWanted(Replica replica) {
    return asking(replica).now().get() > 0;
  }

  /// Differs from what it was if a sync or a rollback of this process had the replica meanwhile.
  long handovers(Replica replica) {
    return asking(replica).ever().get();
  }

  /// One step of following the primary, while no sync and no rollback of this process writes to the
  /// replica.
  ///
  /// @return empty if one does
  <T> Optional<T> following(Replica replica, Supplier<T> step) {
    return isWanted(replica) ? Optional.empty() : locks.tryLocked(replica.key(), step);
  }

  /// Whether nobody of this process has the lease of a replica; then the caller has it.
  boolean takeLease(Replica replica) {
    return leases.add(replica.key());
  }

  void giveLeaseBack(Replica replica) {
    leases.remove(replica.key());
  }

  /// Asks, for a rollback, for a generation to bring to a point. A sync of this process that is at
  /// work is not waited for: it goes on with its generation until it finds that it lost its turn.
  /// Whoever follows the primary lets go within seconds.
  public Asked askSealing(
      Resource resource, Replica replica, PointRef point, ContentHash content, String rollback) {
    return wanting(
        replica,
        () ->
            locks
                .tryLocked(
                    replica.key(),
                    resource.follows() ? LETTING_GO : Duration.ZERO,
                    () -> replica.askSealing(point, content, rollback, true))
                .orElseGet(() -> replica.askSealing(point, content, rollback, false)));
  }

  /// Makes the generation of a turn equal to a point. A sync whose turn is lost stops; what it
  /// wrote stays in a generation that nobody uses.
  private Synced bring(Replica replica, Turn turn, PointRef ref) {
    return switch (replica.location(turn.entry().generation()).place()) {
      case Place.Directory directory -> bringDirectory(replica, turn, ref, directory);
      case S3Prefix objects -> bringObjects(replica, turn, ref, objects);
    };
  }

  private Synced bringObjects(Replica replica, Turn turn, PointRef ref, S3Prefix objects) {
    HeldTurn held = new HeldTurn(replica, turn);
    Optional<Served> served =
        stores.serving(ref.cell()).bring(ref.point(), objects, replica.left(turn), held);
    return served.isPresent() && !held.lost() && replica.synced(held.turn(), served)
        ? Synced.DONE
        : Synced.BUSY;
  }

  private Synced bringDirectory(
      Replica replica, Turn turn, PointRef ref, Place.Directory directory) {
    HeldTurn held = new HeldTurn(replica, turn);
    Restorer restorer = stores.restorer(ref.cell());
    RestoreRequest request =
        new RestoreRequest(
            ref.point(), directory, RESTORE_PART_BYTES, RestoreRequest.Making.NOTHING);
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

  /// Following stops between two blocks of a file.
  private static final Duration LETTING_GO = Duration.ofSeconds(20);
}
