package dev.gnomon.core.prediction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class CalibrationTest {
  private final Random random = new Random(5);

  /// Estimates spread over odds, whose true log-odds are `shift + slope` times as much.
  private void live(Calibration calibration, int outcomes, double shift, double slope) {
    for (int i = 0; i < outcomes; i++) {
      double said = -3 + 2 * random.nextGaussian();
      boolean failed = random.nextDouble() < Calibration.probability(shift + slope * said);
      calibration.outcome(said, failed);
    }
  }

  @Test
  void correctsNothingWhileThereIsLittleToGoBy() {
    Calibration calibration = new Calibration();
    live(calibration, 40, 2, 1);

    assertThat(calibration.line()).isEqualTo(Calibration.NONE);
    assertThat(calibration.drifted()).isFalse();
  }

  @Test
  void leavesAModelAloneThatIsRight() {
    Calibration calibration = new Calibration();
    live(calibration, 2_000, 0, 1);

    assertThat(calibration.line().shift()).isCloseTo(0, within(0.3));
    assertThat(calibration.line().slope()).isCloseTo(1, within(0.15));
    assertThat(calibration.drifted()).isFalse();
  }

  @Test
  void learnsHowFarAModelIsOff() {
    Calibration calibration = new Calibration();
    live(calibration, 3_000, -1.5, 0.7);

    assertThat(calibration.line().of(-2)).isCloseTo(-2.9, within(0.35));
    assertThat(calibration.line().of(1)).isCloseTo(-0.8, within(0.5));
  }

  @Test
  void aModelThatIsRightNeverDriftsAndOneThatIsTurnedAroundDoesAndMends() {
    Calibration calibration = new Calibration();
    for (int i = 0; i < 20; i++) {
      live(calibration, 500, 0, 1);
      assertThat(calibration.drifted()).isFalse();
    }
    live(calibration, 400, 0, -1);
    assertThat(calibration.drifted()).isTrue();

    live(calibration, 20_000, 0, 1);
    assertThat(calibration.drifted()).isFalse();
  }

  @Test
  void oneFailureThatNobodyForesawIsNoDrift() {
    Calibration calibration = new Calibration();
    for (int i = 0; i < 200; i++) {
      calibration.outcome(-7, false);
    }
    calibration.outcome(-7, true);

    assertThat(calibration.drifted()).isFalse();
  }

  @Test
  void goesOnElsewhereAndRefusesWhatIsDamaged() {
    Calibration calibration = new Calibration();
    live(calibration, 300, -1, 1);

    Calibration copy = Calibration.of(calibration.state(), Calibration.NONE);

    assertThat(copy.line()).isEqualTo(calibration.line());
    assertThat(copy.z()).isEqualTo(calibration.z());
    assertThat(copy.outcomes()).isEqualTo(300);
    byte[] bad = calibration.state();
    bad[20] ^= 1;
    assertThatThrownBy(() -> Calibration.of(bad, Calibration.NONE))
        .hasMessageContaining("damaged calibration");
    assertThatThrownBy(() -> Calibration.of(new byte[5], Calibration.NONE))
        .hasMessageContaining("of 5 bytes");
  }

  @Test
  void aPriorHoldsUntilThereAreOutcomesAndGivesWayToThem() {
    Calibration.Line rare = new Calibration.Line(-4, 1);
    Calibration calibration = new Calibration(rare);
    live(calibration, 40, 0, 1);
    assertThat(calibration.line()).isEqualTo(rare);

    live(calibration, 3_000, 0, 1);

    assertThat(calibration.line().shift()).isCloseTo(0, within(0.5));
    assertThat(calibration.drifted()).isFalse();
  }

  @Test
  void aYearWithoutAFailureMakesOneRarerAndNeverImpossible() {
    Calibration calibration = new Calibration(new Calibration.Line(-4, 0.75));
    for (int i = 0; i < 17_520; i++) {
      calibration.outcome(-4.7, false);
    }

    assertThat(calibration.line().shift()).isBetween(-6.0, -4.0);
    assertThat(calibration.line().of(12)).as("what is plain to see").isGreaterThan(2);
    assertThat(calibration.drifted()).isFalse();
  }

  @Test
  void aModelThatWasCorrectedServesAgainWithinDaysAndNotWeeks() {
    Calibration calibration = new Calibration();
    live(calibration, 2_000, 0, 1);
    live(calibration, 600, 0, -1);
    assertThat(calibration.drifted()).isTrue();
    int outcomes = 0;
    while (calibration.drifted() && outcomes < 10_000) {
      live(calibration, 50, 0, 1);
      outcomes += 50;
    }

    assertThat(outcomes).isLessThan(1_500);
  }
}
