package dev.gnomon.core.retention;

import static dev.gnomon.core.retention.Points.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.Keep;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.shadow.Marks;
import dev.gnomon.core.shadow.Marks.Hold;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class RetentionTest {
  private final Instant now = Instant.parse("2030-01-10T00:00:00Z");
  private final Map<PointId, Marks> marks = new HashMap<>();
  private Predicate<Point> suspect = point -> false;

  private List<Verdict> decide(Keep keep, Point... points) {
    return Retention.decide(List.of(points), marks, keep, suspect, now);
  }

  private List<Long> gone(Keep keep, Point... points) {
    return decide(keep, points).stream()
        .filter(verdict -> !verdict.stays())
        .map(verdict -> verdict.point().sequence())
        .toList();
  }

  private String why(long sequence, Keep keep, Point... points) {
    return decide(keep, points).stream()
        .filter(verdict -> verdict.point().equals(id(sequence)))
        .findFirst()
        .orElseThrow()
        .why();
  }

  @Test
  void theNewestSoManyStay() {
    assertThat(gone(last(2), good(4, 1), good(3, 2), good(2, 3), good(1, 4)))
        .containsExactly(2L, 1L);
  }

  @Test
  void youngOnesStay() {
    assertThat(gone(within(3), good(4, 1), good(3, 2), good(2, 4), good(1, 5)))
        .containsExactly(2L, 1L);
  }

  @Test
  void afterALongPauseYoungIsMeasuredFromTheNewestPoint() {
    assertThat(gone(within(3), good(3, 100), good(2, 102), good(1, 104))).containsExactly(1L);
  }

  @Test
  void aPointOfTheFutureDoesNotMakeTheOthersOld() {
    assertThat(gone(within(3), good(3, -1000), good(2, 1), good(1, 2))).isEmpty();
    assertThat(gone(daily(2), good(4, -1000), good(3, 1), good(2, 2), good(1, 3)))
        .containsExactly(1L);
  }

  @Test
  void theNewestPointOfEachOfTheLastHoursThatHaveOneStays() {
    Keep keep = new Keep(1, 2, 0, Optional.empty(), Set.of());

    assertThat(
            gone(
                keep,
                at(6, "2030-01-09T23:59:59.999Z"),
                at(5, "2030-01-09T23:00:00Z"),
                at(4, "2030-01-02T07:59:00Z"), // the hour before with a point
                at(3, "2030-01-02T07:01:00Z"),
                at(2, "2030-01-02T06:00:00Z")))
        .containsExactly(5L, 3L, 2L);
  }

  @Test
  void theNewestPointOfEachOfTheLastDaysThatHaveOneStays() {
    assertThat(
            gone(
                daily(3),
                at(6, "2030-01-09T23:59:59.999Z"),
                at(5, "2030-01-09T00:00:00Z"),
                at(4, "2030-01-08T23:59:59.999Z"),
                at(3, "2029-12-24T12:00:00Z"),
                at(2, "2029-12-24T11:00:00Z"),
                at(1, "2029-12-23T11:00:00Z")))
        .containsExactly(5L, 2L, 1L);
  }

  @Test
  void aGoodPointStandsForItsDayRatherThanANewerBadOne() {
    suspect = point -> point.id().sequence() == 5;

    assertThat(
            gone(
                daily(5),
                at(6, "2030-01-09T00:00:00Z"),
                at(5, "2030-01-05T12:00:00Z"), // suspect
                at(4, "2030-01-05T11:00:00Z"),
                point(3, PointKind.INTERVAL, "2030-01-04T12:00:00Z", false, false),
                point(2, PointKind.INTERVAL, "2030-01-04T11:00:00Z", true, true)))
        .containsExactly(5L, 2L);
  }

  @Test
  void aPointThatAnyRuleKeepsStaysAndAllItsReasonsAreSaid() {
    Keep keep = new Keep(2, 1, 2, Optional.of(Duration.ofHours(36)), Set.of("release-7"));
    marks.put(id(1), marks(List.of("blue", "release-7"), "the audit of 2030"));
    Point[] points = {
      at(4, "2030-01-09T12:00:00Z"),
      at(3, "2030-01-08T13:00:00Z"),
      at(2, "2030-01-08T12:00:00Z"),
      at(1, "2030-01-01T12:00:00Z")
    };

    assertThat(why(4, keep, points))
        .isEqualTo(
            "newest, last 1 of 2, hourly 2030-01-09T12Z, daily 2030-01-09, within 1d12h, last good");
    assertThat(why(3, keep, points)).isEqualTo("last 2 of 2, daily 2030-01-08, within 1d12h");
    assertThat(why(2, keep, points)).isEqualTo("within 1d12h");
    assertThat(why(1, keep, points)).isEqualTo("tag release-7, hold the audit of 2030");
  }

  @Test
  void anyTagKeepsWhereAllAreToBeKept() {
    marks.put(id(1), marks(List.of("whatever")));
    Keep all = new Keep(1, 0, 0, Optional.empty(), Set.of(Keep.ANY_TAG));

    assertThat(gone(all, good(2, 1), good(1, 2))).isEmpty();
    assertThat(gone(last(1), good(2, 1), good(1, 2))).containsExactly(1L);
  }

  @Test
  void aVerdictSaysHowMuchItKnewOfWhatPeopleSaid() {
    marks.put(id(1), new Marks(3, new TreeSet<>(), List.of(), false));

    assertThat(decide(last(1), good(2, 1), good(1, 2)))
        .extracting(Verdict::marks)
        .containsExactly(0L, 3L);
  }

  @Test
  void momentsTakeNoPlaceAndStayForATimeAfterTheyWereMade() {
    Point old = moment(3, 30, 8);
    Point lately = moment(4, 30, 6);

    assertThat(gone(last(1), good(1, 1), good(2, 0), old, lately))
        .containsExactlyInAnyOrder(1L, 3L);
    assertThat(why(4, last(1), good(2, 0), lately, good(5, 0))).isEqualTo("moment 7d");
  }

  /// @param of days ago
  /// @param made days ago
  private Point moment(long sequence, int of, int made) {
    Point point = point(sequence, PointKind.MOMENT, of, true, false);
    return new Point(
        point.id(),
        point.kind(),
        now.minus(Duration.ofDays(made)),
        point.time(),
        point.updateId(),
        point.job(),
        point.dependsOn(),
        point.content(),
        point.files(),
        point.bytes(),
        point.storedBytes(),
        point.consistent(),
        point.held(),
        point.notKept(),
        point.notKeptCount());
  }

  @Test
  void undoPointsTakeNoPlaceAndStayForTheirTime() {
    assertThat(
            gone(
                last(2),
                point(5, PointKind.UNDO, 1, true, false),
                good(4, 2),
                point(3, PointKind.UNDO, 8, true, false),
                good(2, 9),
                good(1, 10)))
        .containsExactly(3L, 1L);
  }

  @Test
  void aShortTimeForOthersDoesNotShortenThatOfUndoPoints() {
    Point undo = point(1, PointKind.UNDO, 5, true, false);

    assertThat(gone(within(1), good(2, 0), undo)).isEmpty();
    assertThat(why(1, within(1), good(2, 0), undo)).isEqualTo("undo 7d");
    assertThat(why(1, within(30), good(2, 0), undo)).isEqualTo("undo 30d");
  }

  @Test
  void theLastGoodOneStaysHoweverOldItIs() {
    Point[] points = {
      point(4, PointKind.INTERVAL, 1, false, false),
      point(3, PointKind.INTERVAL, 2, false, false),
      good(2, 300),
      good(1, 301)
    };

    assertThat(gone(last(1), points)).containsExactly(3L, 1L);
    assertThat(why(2, last(1), points)).isEqualTo("last good");
  }

  @Test
  void aSuspectPointIsNotTheLastGoodOne() {
    suspect = point -> point.id().sequence() > 1;

    assertThat(gone(last(1), good(3, 1), good(2, 2), good(1, 3))).containsExactly(2L);
  }

  @Test
  void aHeldPointKeepsEverythingOlder() {
    Point[] points = {
      point(5, PointKind.UNDO, 0, true, false),
      point(4, PointKind.INTERVAL, 1, true, true),
      good(3, 100),
      good(2, 200)
    };

    assertThat(gone(last(1), points)).isEmpty();
    assertThat(why(2, last(1), points)).isEqualTo("blocked until site@4 is accepted");
  }

  @Test
  void aHeldPointBehindAGoodOneIsNoObstacle() {
    assertThat(gone(last(1), good(4, 1), point(3, PointKind.INTERVAL, 2, true, true), good(2, 3)))
        .containsExactly(3L, 2L);
  }

  @Test
  void nothingIsLeftOfNothing() {
    assertThat(gone(last(1))).isEmpty();
  }

  private static Keep last(int last) {
    return new Keep(last, Optional.empty());
  }

  private static Keep within(int days) {
    return new Keep(1, Optional.of(Duration.ofDays(days)));
  }

  private static Keep daily(int days) {
    return new Keep(1, 0, days, Optional.empty(), Set.of());
  }

  private Point good(long sequence, int daysOld) {
    return point(sequence, PointKind.INTERVAL, daysOld, true, false);
  }

  private Point point(
      long sequence, PointKind kind, int daysOld, boolean consistent, boolean held) {
    return Points.point(sequence, kind, now.minus(Duration.ofDays(daysOld)), consistent, held);
  }

  private static Point point(
      long sequence, PointKind kind, String time, boolean consistent, boolean held) {
    return Points.point(sequence, kind, Instant.parse(time), consistent, held);
  }

  private static Point at(long sequence, String time) {
    return Points.good(sequence, Instant.parse(time));
  }

  private Marks marks(List<String> tags, String... holds) {
    return new Marks(
        tags.size() + holds.length,
        new TreeSet<>(tags),
        List.of(holds).stream().map(reason -> new Hold(reason, now)).toList(),
        false);
  }
}
