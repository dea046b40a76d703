package dev.gnomon.store.points;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStat;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.core.shadow.DamagedPointException;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/// Rollback points under `store/points/<resource>/<sequence>`.
///
/// Sequence numbers count from 1. The newest point of a resource is never deleted, so the next
/// number is found by reading forward from the greatest that is listed. A deleted point leaves a
/// marker `store/expired/<resource>/<sequence>` for the grace time: a writer that was held up can't
/// take a used number again. Thread-safe.
public final class PointRecords {
  public static final String POINTS = "store/points/";
  static final String EXPIRED = "store/expired/";
  static final String ACCEPTED = "store/accepted/";
  private static final int MAX_REMEMBERED = 10_000;
  private static final System.Logger LOG = System.getLogger(PointRecords.class.getName());

  private final ObjectStore objects;
  private final Records records;
  private final Map<ObjectStat, StoredPoint> remembered = new ConcurrentHashMap<>();

  public PointRecords(ObjectStore objects, Records records) {
    this.objects = objects;
    this.records = records;
  }

  /// Marks a number as used by a point that is gone.
  public record Expired(PointId point, String job) {}

  /// Where [#place] found or put a point.
  public sealed interface Placed {
    record At(StoredPoint point) implements Placed {}

    /// The job's point existed and has expired.
    record Gone(PointId point) implements Placed {}

    /// Nothing was written: the decision is too old.
    record TooOld() implements Placed {}
  }

  /// Points of a resource, newest first; a damaged record is left out and logged.
  public List<StoredPoint> of(ResourceName resource) {
    List<StoredPoint> points = new ArrayList<>();
    listed(resource)
        .forEach((id, object) -> {
          try {
            remembered(id, object).ifPresent(points::add);
          } catch (BlobFault e) {
            LOG.log(System.Logger.Level.WARNING, "left out of the points: {0}", e.getMessage());
          }
        });
    points.sort(Comparator.comparing((StoredPoint p) -> p.point().id()).reversed());
    return points;
  }

  /// Ids of all points of all resources.
  public List<PointId> all() {
    List<PointId> ids = new ArrayList<>();
    Names.each(objects, POINTS, object -> idOf(POINTS, object.name()).ifPresent(ids::add));
    return ids;
  }

  /// @throws DamagedPointException if the record can't be read
  public Optional<StoredPoint> get(PointId id) {
    try {
      return read(id).map(this::withAcceptance);
    } catch (BlobFault e) {
      throw new DamagedPointException(id, "point " + id + " is damaged: " + e.getMessage());
    }
  }

  /// Greatest sequence number in use; 0 if there is none.
  public long greatest(ResourceName resource) {
    return listed(resource).keySet().stream().mapToLong(PointId::sequence).max().orElse(0);
  }

  /// How long a decision to place a point holds.
  ///
  /// @param from when it was made, by the store's clock
  /// @param maxAge a point that was written later than this after it counts for nobody
  record Term(Instant from, Duration maxAge) {
    boolean holdsAt(Instant moment) {
      return Duration.between(from, moment).compareTo(maxAge) < 0;
    }
  }

  /// Puts a point under the next free number, once for its job, however often and by however many
  /// it is called.
  ///
  /// Whether a point was written in time is told by its object's own time and by when its record
  /// says that it was checked, which are the same for everybody, whatever they chose themselves: so
  /// none of several runs of a job takes back what another one answered for.
  ///
  /// @param template the point; its sequence number is the first to try
  Placed place(StoredPoint template, Term term) {
    String job = template.point().job();
    PointId id = template.point().id();
    Optional<PointId> tried = Optional.empty();
    while (true) {
      Optional<StoredPoint> there = Optional.empty();
      try {
        there = get(id);
      } catch (DamagedPointException e) { // somebody's; never written over
        id = new PointId(id.resource(), id.sequence() + 1);
        continue;
      }
      if (there.isPresent() && there.get().point().job().equals(job)) {
        Optional<ObjectStat> object = objects.stat(name(POINTS, id));
        if (object.isEmpty()) {
          continue; // expired meanwhile
        }
        Instant checked = checked(there.get().point());
        if (new Term(checked, term.maxAge()).holdsAt(object.get().modified())) {
          return new Placed.At(there.get());
        }
        if (tried.equals(Optional.of(id))) {
          withdraw(id, job);
        } else if (!checked.equals(checked(template.point()))) {
          id = new PointId(id.resource(), id.sequence() + 1); // of a choice that was too old
          continue;
        }
        return new Placed.TooOld();
      }
      Optional<Expired> gone = records.read(name(EXPIRED, id), Expired.class);
      if (gone.isPresent() && gone.get().job().equals(job)) {
        return new Placed.Gone(id);
      }
      if (there.isEmpty() && gone.isEmpty()) {
        if (!term.holdsAt(objects.time())) {
          return new Placed.TooOld();
        }
        tried = Optional.of(id);
        records.create(name(POINTS, id), template.withId(id));
        if (records.read(name(EXPIRED, id), Expired.class).isPresent()) {
          withdraw(id, job);
        }
        continue; // read what stands there now
      }
      id = new PointId(id.resource(), id.sequence() + 1);
    }
  }

  /// When it was made sure that no pack of a point is condemned, or before: the time of a moment is
  /// that of what it shows.
  private static Instant checked(Point point) {
    return point.kind() == PointKind.MOMENT ? point.started() : point.time();
  }

  /// Deletes points, except the newest of each resource.
  ///
  /// @param mayGo asked last of all; if it says yes, the point goes
  /// @return those that are not there any more
  public List<PointId> expire(Collection<PointId> ids, Predicate<PointId> mayGo) {
    Map<ResourceName, Long> newest = new HashMap<>();
    List<PointId> gone = new ArrayList<>();
    for (PointId id : ids) {
      ObjectName name = nameOf(id);
      if (objects.stat(name).isEmpty()) {
        gone.add(id);
      } else if (id.sequence() != newest.computeIfAbsent(id.resource(), this::greatest)
          && mayGo.test(id)) {
        records.create(name(EXPIRED, id), new Expired(id, jobOf(id)));
        objects.delete(List.of(name));
        gone.add(id);
      }
    }
    return gone;
  }

  public void accept(PointId id) {
    if (get(id).filter(stored -> stored.point().held()).isPresent()) {
      records.create(name(ACCEPTED, id), id);
    }
  }

  /// Deletes markers that nobody can need any more.
  ///
  /// @param before markers written before
  public void sweepMarkers(Instant before) {
    List<ObjectName> old = new ArrayList<>();
    Names.each(
        objects,
        EXPIRED,
        marker -> {
          if (marker.modified().isBefore(before) && idOf(EXPIRED, marker.name()).isPresent()) {
            old.add(marker.name());
          }
        });
    Names.each(
        objects,
        ACCEPTED,
        marker -> {
          if (idOf(ACCEPTED, marker.name())
              .filter(id -> objects.stat(name(POINTS, id)).isEmpty())
              .isPresent()) {
            old.add(marker.name());
          }
        });
    if (!old.isEmpty()) {
      objects.delete(old);
    }
  }

  private String jobOf(PointId id) {
    try {
      return get(id).map(stored -> stored.point().job()).orElse("");
    } catch (DamagedPointException e) {
      return ""; // a damaged point may go like any other
    }
  }

  /// The marker comes first: else another job could take the number in between, and lose its point
  /// for the marker that comes then.
  private void withdraw(PointId id, String job) {
    if (get(id).filter(stored -> stored.point().job().equals(job)).isPresent()) {
      records.create(name(EXPIRED, id), new Expired(id, ""));
      objects.delete(List.of(name(POINTS, id)));
    }
  }

  private Optional<StoredPoint> remembered(PointId id, ObjectStat object) {
    StoredPoint known = remembered.get(object);
    if (known == null) {
      Optional<StoredPoint> read = read(id);
      if (read.isEmpty()) {
        return read;
      }
      if (remembered.size() >= MAX_REMEMBERED) {
        remembered.clear();
      }
      known = read.get();
      remembered.put(object, known);
    }
    return Optional.of(withAcceptance(known));
  }

  /// @throws BlobFault if the record is damaged, or another point's
  private Optional<StoredPoint> read(PointId id) {
    Optional<StoredPoint> read = records.read(name(POINTS, id), StoredPoint.class);
    read.ifPresent(stored -> {
      PointId there = stored.point().id();
      if (!there.equals(id)) {
        throw new BlobFault(
            "object '%s' holds the record of point %s".formatted(name(POINTS, id), there));
      }
    });
    return read;
  }

  private StoredPoint withAcceptance(StoredPoint stored) {
    return stored.point().held() && objects.stat(name(ACCEPTED, stored.point().id())).isPresent()
        ? stored.accepted()
        : stored;
  }

  private Map<PointId, ObjectStat> listed(ResourceName resource) {
    Map<PointId, ObjectStat> listed = new HashMap<>();
    Names.each(
        objects,
        POINTS + resource + "/",
        object -> idOf(POINTS, object.name()).ifPresent(id -> listed.put(id, object)));
    return listed;
  }

  /// Where the record of a point lies.
  public static ObjectName nameOf(PointId id) {
    return name(POINTS, id);
  }

  private static ObjectName name(String below, PointId id) {
    return new ObjectName(below + id.resource() + "/" + id.paddedSequence());
  }

  /// @param name of an object below [#POINTS]
  /// @throws BlobFault if no point can have that name
  public static PointId idOf(ObjectName name) {
    return idOf(POINTS, name)
        .orElseThrow(() -> new BlobFault("object '" + name + "' has no name of a point"));
  }

  /// @param below [#POINTS], or where else names are made of points: [#ACCEPTED], [#EXPIRED]
  /// @return empty if no point can have that name
  static Optional<PointId> idOf(String below, ObjectName name) {
    String[] segments = name.value().substring(below.length()).split("/", -1);
    OptionalLong sequence = Names.number(segments[segments.length - 1]);
    if (segments.length != 2 || sequence.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new PointId(new ResourceName(segments[0]), sequence.getAsLong()));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
