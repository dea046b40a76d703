package dev.gnomon.core.rollback;

import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Times whose points are SUSPECT: taken after trouble began and before a rollback ended it. Such
/// points are kept and shown, but never chosen automatically. A rollback that is undone lifts its
/// suspicion.
public final class Suspicions {
  private final ControlRecords records;
  private final Duration clockTolerance;

  /// @param clockTolerance how far the clocks of cells may be apart: by so much later than the
  ///   fence a point may say that it was taken, although it was taken before
  public Suspicions(ControlRecords records, Duration clockTolerance) {
    this.records = records;
    this.clockTolerance = clockTolerance;
  }

  Duration clockTolerance() {
    return clockTolerance;
  }

  /// @param after exclusive: time of the point that was restored
  /// @param until inclusive: when the old primary was fenced
  /// @param lifted whether this entry takes an earlier one of the same rollback back
  public record Suspicion(String rollback, Instant after, Instant until, boolean lifted) {
    boolean covers(Instant time) {
      return time.isAfter(after) && !time.isAfter(until);
    }

    boolean mayCover(Instant time, Duration clockTolerance) {
      return time.isAfter(after) && !time.isAfter(until.plus(clockTolerance));
    }
  }

  /// Adds a suspicion once.
  public void add(ResourceName resource, Suspicion suspicion) {
    RecordLog<Suspicion> log = log(resource);
    while (true) {
      List<Suspicion> all = log.all();
      boolean known =
          all.stream()
              .anyMatch(old ->
                  old.rollback().equals(suspicion.rollback())
                      && old.lifted() == suspicion.lifted());
      if (known
          || log.append(all.size() + 1L, suspicion) instanceof ControlRecords.Outcome.Created) {
        return;
      }
    }
  }

  /// The suspicion that a rollback added, whether it was lifted since or not.
  public Optional<Suspicion> first(ResourceName resource, String rollback) {
    return log(resource).all().stream()
        .filter(one -> one.rollback().equals(rollback) && !one.lifted())
        .findFirst();
  }

  /// The suspicions that hold now, as a snapshot.
  public Held of(ResourceName resource) {
    List<Suspicion> all = log(resource).all();
    Set<String> lifted = new HashSet<>();
    all.stream().filter(Suspicion::lifted).map(Suspicion::rollback).forEach(lifted::add);
    return new Held(
        all.stream().filter(one -> !one.lifted() && !lifted.contains(one.rollback())).toList());
  }

  /// Suspicions of one resource at one moment.
  public final class Held {
    private final List<Suspicion> suspicions;

    private Held(List<Suspicion> suspicions) {
      this.suspicions = suspicions;
    }

    /// When the first suspicion begins that begins at a time or later.
    Optional<Instant> beginning(Instant from) {
      return suspicions.stream()
          .map(Suspicion::after)
          .filter(after -> !after.isBefore(from))
          .min(Instant::compareTo);
    }

    /// Return points are taken by rollbacks themselves, after their fence.
    public boolean covers(Point point) {
      return covers(
          point.time(), point.kind() == PointKind.RETURN ? Duration.ZERO : clockTolerance);
    }

    private boolean covers(Instant time, Duration tolerance) {
      return suspicions.stream()
          .anyMatch(
              one -> one.covers(time) || (one.mayCover(time, tolerance) && !ended(one, time)));
    }

    /// Whether the rollback was over by then, so that a point of that time shows its result.
    private boolean ended(Suspicion suspicion, Instant time) {
      return RollbackRecords.of(records, suspicion.rollback())
          .flatMap(RollbackRecords::done)
          .map(done -> time.isAfter(done.time()))
          .orElse(false);
    }
  }

  private RecordLog<Suspicion> log(ResourceName resource) {
    return new RecordLog<>(records, "suspects/" + resource, Suspicion.class);
  }
}
