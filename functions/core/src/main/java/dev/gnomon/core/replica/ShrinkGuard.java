package dev.gnomon.core.replica;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Point;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// Keeps a replica that follows from shrinking to less than half of what it was in step with, or of
/// the newest point, until a person says that this is right. For one thread.
final class ShrinkGuard {
  private static final long POINT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FEW_FILES = 10;

  /// A greater count is noted once it is greater by this part of the noted one.
  private static final long NOTED_PART = 10;

  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Supplier<List<Point>> points;
  private final Replica replica;

  private long generation;
  private Optional<Measure> noted = Optional.empty();

  /// The noted one, or a greater one that is not worth a note yet.
  private Optional<Measure> measure = Optional.empty();

  private boolean looked;
  private long lookedNanos;
  private boolean tried;
  private long triedNanos;

  /// What a generation must not shrink to less than half of.
  ///
  /// @param files that it was in step with, or that a later point has
  /// @param point the newest one that went into it, if any
  record Measure(long files, Optional<PointId> point) {}

  /// @param points of the resource in the replica's cell, newest first
  ShrinkGuard(Supplier<List<Point>> points, Replica replica) {
    this.points = points;
    this.replica = replica;
  }

  /// Begins with a generation, or goes on with it.
  void begin(long number) {
    if (number != generation) {
      noted = replica.measure(number);
      measure = noted;
      generation = number;
      looked = false;
      tried = false;
    }
  }

  /// The generation is in step with the primary.
  void inStep(long files) {
    raise(files);
    long then = noted.map(Measure::files).orElse(0L);
    if (files() <= then + then / NOTED_PART
        || (tried && System.nanoTime() - triedNanos < AGAIN_NANOS)) {
      return;
    }
    tried = true;
    triedNanos = System.nanoTime();
    try {
      look();
      raise(files);
      note();
    } catch (RuntimeException e) { // a store is away: it is tried again
      raise(files);
    }
  }

  private void raise(long files) {
    if (files > files()) {
      measure = Optional.of(new Measure(files, measure.flatMap(Measure::point)));
    }
  }

  boolean mayShrinkTo(long files) {
    if (!looked || System.nanoTime() - lookedNanos > POINT_NANOS) {
      try {
        look();
        if (!measure.map(Measure::point).equals(noted.map(Measure::point))) {
          note(); // The points that led to it may expire.
        }
      } catch (RuntimeException e) { // its store is away: what was seen last holds
        return looked && isEnough(files, files());
      }
    }
    return isEnough(files, files());
  }

  private long files() {
    return measure.map(Measure::files).orElse(0L);
  }

  private void look() {
    measure = after(measure, points.get());
    looked = true;
    lookedNanos = System.nanoTime();
  }

  private void note() {
    if (measure.isPresent()) {
      replica.noteMeasure(generation, measure.get());
      noted = measure;
    }
  }

  /// Goes through the points that came, or were accepted, since: each may shrink to half of what
  /// was before it. One that shrank more counts if a person took it or accepted it: a capture that
  /// finds less than half of the point before is held until then. So the first point of all that is
  /// not taken by a person counts only if it is no such loss: nothing held it.
  ///
  /// @param points newest first
  static Optional<Measure> after(Optional<Measure> before, List<Point> points) {
    List<Point> regular =
        points.stream()
            .filter(point -> !point.held() && point.kind().isRegular())
            .sorted(Comparator.comparing(Point::id))
            .toList();
    if (regular.isEmpty()) {
      return before;
    }
    if (before.isEmpty()) {
      Point newest = regular.getLast();
      return Optional.of(new Measure(newest.files(), Optional.of(newest.id())));
    }
    Measure measure = before.get();
    Optional<Point> previous = Optional.empty();
    for (Point point : regular) {
      boolean isNew = measure.point().filter(known -> known.compareTo(point.id()) >= 0).isEmpty();
      if (isNew && (isEnough(point.files(), measure.files()) || isAPersons(point, previous))) {
        measure = new Measure(point.files(), Optional.of(point.id()));
      }
      previous = Optional.of(point);
    }
    return Optional.of(measure);
  }

  private static boolean isAPersons(Point point, Optional<Point> previous) {
    return switch (point.kind()) {
      case COMMAND -> true;
      case UPDATE, INTERVAL, PREDICTED ->
          previous.filter(one -> !isEnough(point.files(), one.files())).isPresent();
      case RETURN, UNDO, MOMENT -> false;
    };
  }

  /// As captures judge it: nothing is never enough, and less than half of many files is not.
  private static boolean isEnough(long files, long then) {
    return files > 0 && (then < FEW_FILES || 2 * files >= then);
  }
}
