package dev.gnomon.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.objects.ObjectStoreException;
import dev.gnomon.core.replica.ShrinkGuard.Measure;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ShrinkGuardTest {
  private static PointId id(long number) {
    return new PointId(new ResourceName("data"), number);
  }

  private static Point point(long number, PointKind kind, long files, boolean held) {
    return new Point(
        id(number),
        kind,
        Instant.EPOCH,
        Instant.EPOCH,
        Optional.empty(),
        "job-" + number,
        List.of(),
        new ContentHash("0".repeat(64)),
        files,
        files,
        files,
        true,
        held,
        List.of(),
        0);
  }

  private static Point point(long number, PointKind kind, long files) {
    return point(number, kind, files, false);
  }

  private static Optional<Measure> inStep(long files) {
    return Optional.of(new Measure(files, Optional.empty()));
  }

  private static Optional<Measure> measure(long files, long point) {
    return Optional.of(new Measure(files, Optional.of(id(point))));
  }

  @Test
  void withoutPointsItIsWhatItWasInStepWith() {
    assertThat(ShrinkGuard.after(inStep(1000), List.of())).isEqualTo(inStep(1000));
    assertThat(ShrinkGuard.after(Optional.empty(), List.of())).isEmpty();
  }

  @Test
  void withoutAnythingElseItIsTheNewestPointThatIsNotHeld() {
    List<Point> points =
        List.of(point(2, PointKind.COMMAND, 10, true), point(1, PointKind.COMMAND, 100));

    assertThat(ShrinkGuard.after(Optional.empty(), points)).isEqualTo(measure(100, 1));
  }

  @Test
  void pointsThatShrinkSlowlyAreGoneAlongWith() {
    List<Point> points =
        List.of(
            point(3, PointKind.INTERVAL, 200),
            point(2, PointKind.INTERVAL, 350),
            point(1, PointKind.UPDATE, 600));

    assertThat(ShrinkGuard.after(inStep(1000), points)).isEqualTo(measure(200, 3));
  }

  /// Nothing was before it that could have held it.
  @Test
  void aFirstPointThatNobodyTookDoesNotMakeALossRight() {
    List<Point> points = List.of(point(2, PointKind.INTERVAL, 10), point(1, PointKind.UPDATE, 10));

    assertThat(ShrinkGuard.after(inStep(1000), points)).isEqualTo(inStep(1000));
  }

  @Test
  void aPointThatAPersonTookOrAcceptedMakesItRight() {
    assertThat(ShrinkGuard.after(inStep(1000), List.of(point(1, PointKind.COMMAND, 10))))
        .isEqualTo(measure(10, 1));
    assertThat(
            ShrinkGuard.after(
                measure(1000, 1),
                List.of(point(2, PointKind.INTERVAL, 10), point(1, PointKind.INTERVAL, 1000))))
        .isEqualTo(measure(10, 2));
  }

  @Test
  void whatARollbackLeftMakesNothingRight() {
    List<Point> points =
        List.of(
            point(4, PointKind.MOMENT, 10),
            point(3, PointKind.RETURN, 10),
            point(2, PointKind.UNDO, 10),
            point(1, PointKind.COMMAND, 1000));

    assertThat(ShrinkGuard.after(measure(1000, 1), points)).isEqualTo(measure(1000, 1));
  }

  @Test
  void aPointFromBeforeIsNoMeasureAnyMore() {
    List<Point> points = List.of(point(1, PointKind.COMMAND, 20));

    assertThat(ShrinkGuard.after(measure(1000, 1), points)).isEqualTo(measure(1000, 1));
  }

  // ---- beside a generation

  private final Map<Long, List<Measure>> notes = new HashMap<>();
  private List<Point> points = List.of();
  private boolean away;

  private final ShrinkGuard.Measures measures =
      new ShrinkGuard.Measures() {
        @Override
        public Optional<Measure> measure(long generation) {
          return Optional.ofNullable(notes.get(generation)).map(List::getLast);
        }

        @Override
        public void note(long generation, Measure measure) {
          notes.computeIfAbsent(generation, any -> new ArrayList<>()).add(measure);
        }
      };

  private ShrinkGuard guard() {
    return new ShrinkGuard(
        () -> {
          if (away) {
            throw new ObjectStoreException(ObjectStoreException.Kind.TRANSIENT, "it is away");
          }
          return points;
        },
        measures);
  }

  private ShrinkGuard guard(long generation) {
    ShrinkGuard guard = guard();
    guard.begin(generation, Optional::empty);
    return guard;
  }

  @Test
  void whatThePrimaryWasMetWithOutlivesTheProcess() {
    guard(1).met(1000);

    assertThat(guard(1).mayShrinkTo(499)).isFalse();
    assertThat(guard(1).mayShrinkTo(500)).isTrue();
  }

  @Test
  void onlyWhatGrewByATenthIsNoted() {
    ShrinkGuard guard = guard(1);
    guard.met(1000);
    guard.met(1100);
    assertThat(guard.mayShrinkTo(549)).isFalse();
    assertThat(notes.get(1L)).containsExactly(inStep(1000).orElseThrow());

    guard(1).met(1101);

    assertThat(notes.get(1L)).last().isEqualTo(inStep(1101).orElseThrow());
  }

  @Test
  void aNewGenerationTakesOverWhatTheOneBeforeItWasMetWith() {
    guard(3).met(1000);

    ShrinkGuard next = guard(7);

    assertThat(next.mayShrinkTo(1)).isFalse();
    assertThat(next.loss(1).orElseThrow()).contains("has 1 files, and had 1000");
    assertThat(next.loss(500)).isEmpty();
    assertThat(guard(8).mayShrinkTo(1)).isFalse();
  }

  @Test
  void whatWasNeverMetIsNoLoss() {
    ShrinkGuard guard = guard(1);

    assertThat(guard.loss(0)).isEmpty();
    away = true;
    assertThat(guard().loss(0)).isPresent();
  }

  @Test
  void aRollbackToAGenerationWithLessIsNoLoss() {
    guard(1).met(1000);
    points = List.of(point(2, PointKind.INTERVAL, 1000), point(1, PointKind.INTERVAL, 20));
    ShrinkGuard next = guard();

    next.begin(2, () -> Optional.of(new ShrinkGuard.Origin(1, id(1))));

    assertThat(next.loss(20)).isEmpty();
    assertThat(next.mayShrinkTo(9)).isFalse();
    assertThat(notes.get(2L)).containsExactly(measure(20, 2).orElseThrow());
  }

  @Test
  void aRollbackFromBeforeTheLastGenerationIsNoReason() {
    guard(3).met(1000);
    points = List.of(point(1, PointKind.INTERVAL, 20));
    ShrinkGuard next = guard();

    next.begin(4, () -> Optional.of(new ShrinkGuard.Origin(1, id(1))));

    assertThat(next.mayShrinkTo(20)).isFalse();
  }

  @Test
  void whileThePointsAreAwayNothingIsDeletedThatWasNotLookedAtBefore() {
    away = true;
    assertThat(guard(1).mayShrinkTo(1000)).isFalse();
    away = false;
    ShrinkGuard guard = guard(1);
    guard.met(1000);
    away = true;

    assertThat(guard.mayShrinkTo(500)).isTrue();
    assertThat(guard.mayShrinkTo(499)).isFalse();
  }

  @Test
  void whatWasMetWhileThePointsWereAwayCountsAllTheSame() {
    away = true;
    ShrinkGuard guard = guard(1);
    guard.met(1000);
    assertThat(notes).isEmpty();
    away = false;

    assertThat(guard.mayShrinkTo(499)).isFalse();
  }

  /// It was taken before the primary was met.
  @Test
  void anOldPointThatIsSeenLateIsNoReasonToShrink() {
    points = List.of(point(1, PointKind.COMMAND, 20));
    away = true;
    ShrinkGuard guard = guard(1);
    guard.met(1000);
    away = false;

    assertThat(guard.mayShrinkTo(20)).isFalse();
    points = List.of(point(2, PointKind.COMMAND, 20), point(1, PointKind.COMMAND, 20));
    assertThat(guard(1).mayShrinkTo(20)).isTrue();
  }
}
