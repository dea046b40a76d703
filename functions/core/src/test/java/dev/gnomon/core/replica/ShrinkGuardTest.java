package dev.gnomon.core.replica;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.ids.ContentHash;
import dev.gnomon.core.ids.PointId;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.replica.ShrinkGuard.Measure;
import dev.gnomon.core.shadow.Point;
import dev.gnomon.core.shadow.PointKind;
import java.time.Instant;
import java.util.List;
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
}
