package dev.gnomon.core.prediction;

import static dev.gnomon.core.prediction.Samples.minute;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OutstandingTest {
  private static final long MODEL = 7;

  private final Outstanding outstanding = new Outstanding();

  private void begin() {
    outstanding.begin(minute(0), Duration.ofMinutes(30), -2, MODEL);
    for (int i = 1; i < 29; i++) {
      assertThat(outstanding.look(minute(i), false, true, MODEL)).isEmpty();
    }
  }

  @Test
  void nothingThatFailedUntilTheEndIsAnOutcome() {
    begin();

    assertThat(outstanding.look(minute(31), false, true, MODEL))
        .contains(new Outstanding.Outcome(-2, false));
  }

  @Test
  void whatIsFoundFailingAfterTheEndMayHaveFailedBeforeIt() {
    begin();

    assertThat(outstanding.look(minute(31), true, true, MODEL)).isEmpty();
    assertThat(outstanding.waits()).isFalse();
  }

  @Test
  void aClockThatIsSetBackDoesNotWaitUntilItIsThereAgain() {
    begin();

    assertThat(outstanding.look(minute(-60 * 24), false, true, MODEL)).isEmpty();
    assertThat(outstanding.waits()).isFalse();
  }
}
