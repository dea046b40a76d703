package dev.gnomon.core.decision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.gnomon.core.rollback.MeasuredRollbacks.Measured;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class EstimatesTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  private static Measured restore(double seconds, long written, long held) {
    return new Measured(seconds, Optional.of(written), Optional.of(held));
  }

  private static double restoring(long bytes, Measured... earlier) {
    return new Estimates(List.of(earlier)).restoring(bytes).seconds();
  }

  @Test
  void asMuchAsBeforeTakesAsLongAsBefore() {
    assertThat(restoring(10 * GIB, restore(700, GIB, 10 * GIB))).isCloseTo(700, within(1e-9));
  }

  @Test
  void tenTimesAsMuchAsTheLargeOneBeforeGoesAtItsPace() {
    // 40 GiB in 200 s are 205 MiB/s.
    assertThat(restoring(400 * GIB, restore(200, 40 * GIB, 40 * GIB)))
        .isCloseTo(2000, within(1e-6));
  }

  @Test
  void aSmallSlowOneBeforeSaysNothingOfThePaceOfALargeOne() {
    assertThat(restoring(100 * GIB, restore(20, MIB, MIB)))
        .isCloseTo(20 + (100 * GIB - MIB) / Estimates.BYTES_PER_SECOND, within(1e-6));
  }

  @Test
  void lessThanBeforeIsFaster() {
    assertThat(restoring(GIB, restore(203, 10 * GIB, 10 * GIB)))
        .isCloseTo(Estimates.RESTORE_SECONDS + 20, within(1e-6));
  }

  @Test
  void whereEarlierVersionsDidNotSayHowMuchItWasItIsTheTime() {
    Measured unknown = new Measured(40, Optional.of(MIB), Optional.empty());

    assertThat(restoring(100 * GIB, unknown)).isEqualTo(40);
  }

  @Test
  void toWriteLessThanBeforeIsNotExpectedToBeFaster() {
    Estimates estimates = new Estimates(List.of(restore(300, GIB, 1000 * GIB)));

    assertThat(estimates.serving(false, 0).seconds()).isEqualTo(300);
    assertThat(estimates.serving(false, 51 * GIB).seconds())
        .isCloseTo(300 + 50 * GIB / Estimates.BYTES_PER_SECOND, within(1e-6));
  }

  @Test
  void theBasisSaysHowManyAndInProportionToWhat() {
    assertThat(new Estimates(List.of(restore(9, MIB, MIB))).restoring(GIB).basis())
        .isEqualTo(
            "median of 1 earlier restores of this resource, in proportion to 1024.0 MiB now");
  }

  /// Also with nonsense in the records: no time, no bytes, all there are.
  @Test
  void moreBytesNeverTakeLessAndNothingIsBelowZero() {
    Random random = new Random(20261122);
    for (int round = 0; round < 2000; round++) {
      Measured[] earlier = new Measured[1 + random.nextInt(5)];
      for (int i = 0; i < earlier.length; i++) {
        earlier[i] =
            restore(
                random.nextBoolean() ? 0 : random.nextDouble() * 1e5,
                random.nextLong(1 << 20),
                random.nextBoolean() ? 0 : random.nextLong(Long.MAX_VALUE));
      }
      long bytes = random.nextLong(Long.MAX_VALUE / 2);
      double some = restoring(bytes, earlier);
      assertThat(some).isNotNegative();
      assertThat(restoring(bytes + random.nextLong(Long.MAX_VALUE / 2), earlier))
          .isGreaterThanOrEqualTo(some);
    }
  }
}
