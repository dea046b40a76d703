package dev.gnomon.core.retention;

import dev.gnomon.core.catalogue.DurationText;
import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.retention.Reason.Rule;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Decides which points of one resource in one cell stay: those that any rule keeps. A pure
/// function: the order of its input does not matter, what it decided once it decides again, and a
/// further rule or a greater number never lets more points go. Every rule but the hold and the tag
/// looks at numbers and times only; times are those of points, by their store's clock, hours and
/// days in UTC. What is under way (pins) its caller adds.
///
/// Undo points, moments of a journal that rollbacks went to, and points that were taken because a
/// failure was predicted take no place in `last`, `hourly`, `daily` and are no measure for
/// `within`; they have a time of their own, at least [#UNDO_KEPT]. Among the points of an hour or a
/// day the newest good one stands for it; one that is fuzzy, suspect or waits for acceptance only
/// where there is no good one. `within` counts back from the newest point, not from now: what was
/// not shadowed for a month is not forgotten for that.
public final class Retention {
  /// Undo points, moments and points taken at risk stay at least so long, by the clock of whoever
  /// decides.
  public static final Duration UNDO_KEPT = Duration.ofDays(7);

  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final List<Point> points;
  private final Keep keep;
  private final Predicate<Point> suspect;
  private final Map<PointId, List<Reason>> reasons = new HashMap<>();

  private Retention(Collection<Point> points, Keep keep, Predicate<Point> suspect) {
    this.points = points.stream().sorted(Comparator.comparing(Point::id).reversed()).toList();
    this.keep = keep;
    this.suspect = suspect;
    this.points.forEach(point -> reasons.put(point.id(), new ArrayList<>()));
  }

  /// @param points all of one resource in one cell, in any order
  /// @param marks tags and holds of those that have any
  /// @param suspect points that no rollback would choose by itself
  /// @return a verdict for each point, newest first
  public static List<Verdict> decide(
      Collection<Point> points,
      Map<PointId, Marks> marks,
      Keep keep,
      Predicate<Point> suspect,
      Instant now) {
    return new Retention(points, keep, suspect).decide(marks, now);
  }

  /// The verdict about a point that must not be chosen any more: only a hold keeps it.
  public static Verdict ofMarked(PointId point, Marks marks) {
    return new Verdict(point, marks.count(), holds(marks));
  }

  private List<Verdict> decide(Map<PointId, Marks> marks, Instant now) {
    List<Point> regular = points.stream().filter(point -> point.kind().isRegular()).toList();
    points.stream().findFirst().ifPresent(newest -> add(newest, Rule.NEWEST, ""));
    List<Point> planned =
        regular.stream().filter(point -> point.kind() != PointKind.PREDICTED).toList();
    last(planned);
    buckets(planned, now, keep.hourly(), ChronoUnit.HOURS, Rule.HOURLY, HOUR);
    buckets(planned, now, keep.daily(), ChronoUnit.DAYS, Rule.DAILY, DAY);
    within(planned, now);
    Stream.of(planned, regular)
        .flatMap(some -> some.stream().filter(this::good).findFirst().stream())
        .distinct()
        .forEach(point -> add(point, Rule.LAST_GOOD, ""));
    ownTime(now);
    marks.forEach(this::marked);
    blocked(regular);
    return points.stream()
        .map(point ->
            new Verdict(
                point.id(),
                Optional.ofNullable(marks.get(point.id())).orElse(Marks.NONE).count(),
                of(point.id())))
        .toList();
  }

  private void last(List<Point> regular) {
    for (int i = 0; i < Math.min(keep.last(), regular.size()); i++) {
      add(regular.get(i), Rule.LAST, "%d of %d".formatted(i + 1, keep.last()));
    }
  }

  /// The newest point of each of the last so many hours or days that have one. Those of the future
  /// stay too and use up none of the number: a clock that was wrong once must not cost the others.
  private void buckets(
      List<Point> regular,
      Instant now,
      int count,
      ChronoUnit unit,
      Rule rule,
      DateTimeFormatter name) {
    if (count == 0) {
      return;
    }
    NavigableMap<Instant, Point> newest = new TreeMap<>(Comparator.reverseOrder());
    for (Point point : regular) {
      newest.merge(
          point.time().truncatedTo(unit),
          point,
          (newer, older) -> good(newer) || !good(older) ? newer : older);
    }
    newest.headMap(now, false).forEach((time, point) -> add(point, rule, name.format(time)));
    newest.tailMap(now, true).entrySet().stream()
        .limit(count)
        .forEach(bucket -> add(bucket.getValue(), rule, name.format(bucket.getKey())));
  }

  /// Counts back from the newest point that is not of the future.
  private void within(List<Point> regular, Instant now) {
    if (keep.within().isEmpty()) {
      return;
    }
    Duration within = keep.within().get();
    Instant newest =
        regular.stream()
            .map(Point::time)
            .filter(time -> !time.isAfter(now))
            .max(Comparator.naturalOrder())
            .orElse(now);
    Instant oldest = before(newest, within);
    regular.stream()
        .filter(point -> point.time().isAfter(oldest))
        .forEach(point -> add(point, Rule.WITHIN, DurationText.format(within)));
  }

  private void ownTime(Instant now) {
    Duration kept = keep.within().filter(w -> w.compareTo(UNDO_KEPT) > 0).orElse(UNDO_KEPT);
    Instant oldest = before(now, kept);
    points.stream()
        .filter(point -> point.kind() == PointKind.UNDO && point.time().isAfter(oldest))
        .forEach(point -> add(point, Rule.UNDO, DurationText.format(kept)));
    points.stream()
        .filter(point -> point.kind() == PointKind.PREDICTED && point.time().isAfter(oldest))
        .forEach(point -> add(point, Rule.PREDICTED, DurationText.format(kept)));
    // The time of a moment may lie long before it was made.
    points.stream()
        .filter(point -> point.kind() == PointKind.MOMENT && point.started().isAfter(oldest))
        .forEach(point -> add(point, Rule.MOMENT, DurationText.format(kept)));
  }

  private void marked(PointId point, Marks marks) {
    marks.tags().stream()
        .filter(keep::keepsTag)
        .forEach(tag -> of(point).add(new Reason(Rule.TAGGED, tag)));
    of(point).addAll(holds(marks));
  }

  private static List<Reason> holds(Marks marks) {
    return marks.holds().stream().map(hold -> new Reason(Rule.HOLD, hold.reason())).toList();
  }

  /// While the newest point waits for a person, nobody knows whether the older ones are the last
  /// that are whole.
  private void blocked(List<Point> regular) {
    regular.stream()
        .findFirst()
        .filter(Point::held)
        .ifPresent(held ->
            points.stream()
                .filter(point -> of(point.id()).isEmpty())
                .forEach(point -> add(point, Rule.BLOCKED, "until " + held.id() + " is accepted")));
  }

  private boolean good(Point point) {
    return point.consistent() && !point.held() && !suspect.test(point);
  }

  private void add(Point point, Rule rule, String detail) {
    of(point.id()).add(new Reason(rule, detail));
  }

  private List<Reason> of(PointId point) {
    return reasons.computeIfAbsent(point, id -> new ArrayList<>());
  }

  private static Instant before(Instant time, Duration duration) {
    Duration sinceTheStart = Duration.between(Instant.MIN, time);
    return duration.compareTo(sinceTheStart) < 0 ? time.minus(duration) : Instant.MIN;
  }
}
