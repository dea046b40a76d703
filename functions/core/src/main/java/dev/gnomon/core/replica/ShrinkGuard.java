package dev.gnomon.core.replica;

import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Point;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// Keeps a replica that follows from shrinking to less than half of what the primary was met with,
/// or of the newest point, until a person says that this is right. For one thread.
final class ShrinkGuard implements KeepInStep.Guard {
  private static final long POINT_NANOS = TimeUnit.MINUTES.toNanos(1);
  private static final long FEW_FILES = 10;

  /// A greater count is noted once it is greater by this part of the noted one.
  private static final long NOTED_PART = 10;

  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  /// Generations before a new one that are asked for their measure. Who follows notes one with each
  /// generation, so between two of these are only those that syncs and rollbacks made.
  private static final int MAX_EARLIER = 100;

  private final Supplier<List<Point>> points;
  private final Measures measures;

  private long generation;
  private Optional<Measure> noted = Optional.empty();

  /// The noted one, or a greater one that is not worth a note yet.
  private Optional<Measure> measure = Optional.empty();

  private boolean looked;
  private long lookedNanos;
  private boolean tried;
  private long triedNanos;

  /// The primary was met while points could not be looked at, which may be older than that.
  private boolean unseen;

  /// What a generation must not shrink to less than half of.
  ///
  /// @param files that the primary was met with, or that a later point has
  /// @param point the newest one that went into it, if any
  record Measure(long files, Optional<PointId> point) {}

  /// Measures that outlive the process.
  interface Measures {
    Optional<Measure> measure(long generation);

    void note(long generation, Measure measure);
  }

  /// A generation that a rollback left for the primary.
  ///
  /// @param point that it was made equal to
  record Origin(long generation, PointId point) {}

  /// @param points of the resource in the replica's cell, newest first
  ShrinkGuard(Supplier<List<Point>> points, Measures measures) {
    this.points = points;
    this.measures = measures;
  }

  /// Begins with a generation, or goes on with it. One that is new takes over what is known of
  /// those before it: it holds nothing, so nothing else would say how much the primary had.
  ///
  /// @param primary the generation that the primary is, if it is one
  void begin(long number, Supplier<Optional<Origin>> primary) {
    if (number == generation) {
      return;
    }
    generation = 0;
    looked = false;
    tried = false;
    unseen = false;
    noted = measures.measure(number);
    measure = noted;
    if (noted.isEmpty()) {
      measure = earlier(number, primary);
      note(number);
    }
    generation = number;
  }

  private Optional<Measure> earlier(long number, Supplier<Optional<Origin>> primary) {
    for (long one = number - 1; one > 0 && one >= number - MAX_EARLIER; one--) {
      Optional<Measure> found = measures.measure(one);
      if (found.isPresent()) {
        long then = one;
        return primary
            .get()
            .filter(origin -> origin.generation() >= then)
            .flatMap(this::chosen)
            .or(() -> found);
      }
    }
    return Optional.empty();
  }

  /// What a rollback chose counts: what the primary had before, and points of it, do not.
  private Optional<Measure> chosen(Origin origin) {
    List<Point> all = points.get();
    return all.stream()
        .filter(point -> point.id().equals(origin.point()))
        .findFirst()
        .flatMap(
            point -> seen(Optional.of(new Measure(point.files(), Optional.of(point.id()))), all));
  }

  /// The primary has so many files, whether all of them could be brought over or not.
  @Override
  public void met(long files) {
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
      note(generation);
    } catch (RuntimeException e) { // a store is away: it is tried again
      raise(files);
      unseen |= files == files();
    }
  }

  private void raise(long files) {
    if (files > files()) {
      measure = Optional.of(new Measure(files, measure.flatMap(Measure::point)));
    }
  }

  @Override
  public boolean mayShrinkTo(long files) {
    if (!looked || System.nanoTime() - lookedNanos > POINT_NANOS) {
      try {
        look();
        if (!measure.map(Measure::point).equals(noted.map(Measure::point))) {
          note(generation); // The points that led to it may expire.
        }
      } catch (RuntimeException e) { // its store is away: what was seen last holds
        return looked && isEnough(files, files());
      }
    }
    return isEnough(files, files());
  }

  /// Why a generation that is in step is no successor of the one before it; empty if it is.
  Optional<String> loss(long files) {
    return mayShrinkTo(files) || (looked && measure.isEmpty())
        ? Optional.empty()
        : Optional.of(
            "the primary has %d files, and had %d: the generation that held them is kept. %s"
                .formatted(files, files(), KeepInStep.IF_RIGHT));
  }

  private long files() {
    return measure.map(Measure::files).orElse(0L);
  }

  private void look() {
    List<Point> seen = points.get();
    measure = unseen ? seen(measure, seen) : after(measure, seen);
    unseen = false;
    looked = true;
    lookedNanos = System.nanoTime();
  }

  private void note(long number) {
    if (measure.isPresent()) {
      measures.note(number, measure.get());
      noted = measure;
    }
  }

  private static List<Point> regular(List<Point> points) {
    return points.stream()
        .filter(point -> !point.held() && point.kind().isRegular())
        .sorted(Comparator.comparing(Point::id))
        .toList();
  }

  /// Points that are there are from before the primary was met: they are no reason to shrink.
  private static Optional<Measure> seen(Optional<Measure> before, List<Point> points) {
    return before.map(measure ->
        new Measure(
            measure.files(),
            Stream.concat(measure.point().stream(), regular(points).stream().map(Point::id))
                .max(Comparator.naturalOrder())));
  }

  /// Goes through the points that came, or were accepted, since: each may shrink to half of what
  /// was before it. One that shrank more counts if a person took it or accepted it: a capture that
  /// finds less than half of the point before is held until then. So the first point of all that is
  /// not taken by a person counts only if it is no such loss: nothing held it.
  ///
  /// @param points newest first
  static Optional<Measure> after(Optional<Measure> before, List<Point> points) {
    List<Point> regular = regular(points);
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
      case UPDATE, INTERVAL, MIGRATION, PREDICTED ->
          previous.filter(one -> !isEnough(point.files(), one.files())).isPresent();
      case RETURN, UNDO, MOMENT -> false;
    };
  }

  /// As captures judge it: nothing is never enough, and less than half of many files is not.
  static boolean isEnough(long files, long then) {
    return files > 0 && (then < FEW_FILES || 2 * files >= then);
  }
}
