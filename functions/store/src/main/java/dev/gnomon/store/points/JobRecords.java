package dev.gnomon.store.points;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.core.objects.ObjectStore;
import dev.gnomon.store.blobs.BlobFault;
import dev.gnomon.store.blobs.Names;
import dev.gnomon.store.points.PointRecords.Placed;
import dev.gnomon.store.points.PointRecords.Term;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the captures of a job leave for each other: results of parts under
/// `store/jobs/<job>/parts/<part>`, and the one result that becomes the point under
/// `store/jobs/<job>/chosen/<n>`.
///
/// The chosen result is written create-only **before** the point: whoever runs the job later, or at
/// the same time, places that one and no other. A choice older than half the grace time may rely on
/// packs that are about to go; then the next `n` is chosen. Thread-safe.
public final class JobRecords {
  private static final String JOBS = "store/jobs/";

  private final ObjectStore objects;
  private final Records records;
  private final PointRecords points;
  private final Duration maxAge;

  /// @param maxAge how long a choice may wait for its point: half the grace time
  public JobRecords(ObjectStore objects, Records records, PointRecords points, Duration maxAge) {
    this.objects = objects;
    this.records = records;
    this.points = points;
    this.maxAge = maxAge;
  }

  /// Result of one part.
  ///
  /// @param begun when reading began, by the store's clock
  /// @param results encoded reference to the list of files that were read
  @SuppressWarnings("ArrayRecordComponent") // encoded value, never compared
  public record PartResult(Instant begun, byte[] results, long storedBytes) {}

  /// @param checked when it was made sure that no pack in use is condemned
  /// @param template the point with the first sequence number to try
  record Chosen(Instant checked, StoredPoint template) {}

  /// @return empty if there is none or it is too old to be used
  public Optional<PartResult> part(String job, int part) {
    return records
        .read(partName(job, part), PartResult.class)
        .filter(result -> isYoung(result.begun()));
  }

  /// Keeps the first result of a part.
  public void putPart(String job, int part, PartResult result) {
    records.create(partName(job, part), result);
  }

  /// Finishes what an earlier run of the job chose.
  ///
  /// @return empty if the job has to be run (again)
  /// @throws IllegalArgumentException if the job took a point of another resource
  /// @throws BlobFault if what it chose is damaged, or of another resource and became no point
  public Optional<Placed> finish(String job, ResourceName resource) {
    for (long n = 1; ; n++) {
      Optional<Chosen> chosen = chosen(job, n);
      if (chosen.isEmpty()) {
        return Optional.empty();
      }
      ResourceName of = chosen.get().template().point().id().resource();
      if (!of.equals(resource)) {
        throw contradiction(job, n, of, resource);
      }
      Placed placed = place(chosen.get());
      if (!(placed instanceof Placed.TooOld)) {
        return Optional.of(placed);
      }
    }
  }

  /// Where a point bears the record out, the caller is wrong.
  private RuntimeException contradiction(
      String job, long n, ResourceName of, ResourceName resource) {
    if (points.of(of).stream().anyMatch(stored -> stored.point().job().equals(job))) {
      return new IllegalArgumentException(
          "job '%s' took a point of resource %s; it can't take one of %s"
              .formatted(job, of, resource));
    }
    return new BlobFault(
        "object '%s' holds a choice of resource %s; job '%s' is to take a point of %s"
            .formatted(chosenName(job, n), of, job, resource));
  }

  /// Chooses a result for the job and places it, or places what somebody else chose first.
  ///
  /// @param template its sequence number does not matter yet
  /// @return `TooOld` if too much time went by since `checked`
  public Placed choose(Instant checked, StoredPoint template) {
    PointId first =
        new PointId(
            template.point().id().resource(),
            points.greatest(template.point().id().resource()) + 1);
    Chosen mine = new Chosen(checked, template.withId(first));
    String job = template.point().job();
    for (long n = 1; ; n++) {
      if (!isYoung(checked)) {
        return new Placed.TooOld();
      }
      boolean own = records.create(chosenName(job, n), mine);
      Placed placed = place(chosen(job, n).orElse(mine));
      if (own || !(placed instanceof Placed.TooOld)) {
        return placed;
      }
    }
  }

  /// Deletes records of jobs that nobody can need any more: all parts, and the choices whose point
  /// is gone.
  public void sweep(Instant before) {
    Set<String> living = new HashSet<>();
    List<ObjectName> old = new ArrayList<>();
    for (PointId id : points.all()) {
      points.get(id).ifPresent(stored -> living.add(stored.point().job()));
    }
    Names.each(
        objects,
        JOBS,
        object -> {
          String[] segments = object.name().value().split("/");
          if (segments.length != 5) {
            return; // nothing of ours
          }
          boolean part = segments[3].equals("parts");
          if (object.modified().isBefore(before) && (part || !living.contains(segments[2]))) {
            old.add(object.name());
          }
        });
    if (!old.isEmpty()) {
      objects.delete(old);
    }
  }

  /// @throws BlobFault if the record is damaged, or another job's
  private Optional<Chosen> chosen(String job, long n) {
    Optional<Chosen> read = records.read(chosenName(job, n), Chosen.class);
    read.ifPresent(chosen -> {
      String of = chosen.template().point().job();
      if (!of.equals(job)) {
        throw new BlobFault(
            "object '%s' holds what job '%s' chose".formatted(chosenName(job, n), of));
      }
    });
    return read;
  }

  private Placed place(Chosen chosen) {
    return points.place(chosen.template(), new Term(chosen.checked(), maxAge));
  }

  private boolean isYoung(Instant time) {
    return Duration.between(time, objects.time()).compareTo(maxAge) < 0;
  }

  private static ObjectName partName(String job, int part) {
    return new ObjectName(JOBS + job + "/parts/" + "%010d".formatted(part));
  }

  private static ObjectName chosenName(String job, long n) {
    return new ObjectName(JOBS + job + "/chosen/" + "%010d".formatted(n));
  }
}
