package dev.gnomon.core.anomaly;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AnomalyScorerStateTest {
  private static final int SAMPLES = 1_000;
  private static final int HEAD = 1 + Long.BYTES + Pace.BYTES;

  private static AnomalyScorer after(double... values) {
    AnomalyScorer scorer = new AnomalyScorer();
    for (int i = 0; i < values.length; i++) {
      scorer.judge(MadeUpSeries.time(i), values[i]);
    }
    return scorer;
  }

  private static double[] counts(int samples) {
    return MadeUpSeries.of(MadeUpSeries.Noise.COUNTS, samples, 9);
  }

  /// With the right checksum.
  private static byte[] sealed(byte[] state) {
    CRC32C crc = new CRC32C();
    crc.update(state, 0, state.length - Integer.BYTES);
    ByteBuffer.wrap(state).putInt(state.length - Integer.BYTES, (int) crc.getValue());
    return state;
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 31, 32, 33, SAMPLES})
  void goesOnFromItsState(int samples) {
    double[] values = counts(1_500);
    AnomalyScorer scorer = after(Arrays.copyOf(values, samples));

    AnomalyScorer restored = AnomalyScorer.of(scorer.state());

    assertThat(restored.state()).isEqualTo(scorer.state()).hasSizeLessThan(4200);
    for (int i = samples; i < values.length; i++) {
      assertThat(restored.judge(MadeUpSeries.time(i), values[i]))
          .isEqualTo(scorer.judge(MadeUpSeries.time(i), values[i]));
    }
  }

  @Test
  void refusesAStateThatIsDamaged() {
    byte[] state = after(counts(100)).state();
    byte[] damaged = state.clone();
    damaged[100] ^= 1;

    for (byte[] bad : new byte[][] {new byte[0], damaged, Arrays.copyOf(state, 500)}) {
      assertThatThrownBy(() -> AnomalyScorer.of(bad))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("damaged state of %d bytes".formatted(bad.length));
    }
  }

  @Test
  void refusesAWholeStateOfAnotherVersion() {
    byte[] state = after(counts(100)).state();
    state[0] = 1;

    assertThatThrownBy(() -> AnomalyScorer.of(sealed(state)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("state of version 1, expected 2");
  }

  @Test
  void refusesAWholeStateThatIsTooShortOrTooLong() {
    byte[] state = after(counts(100)).state();

    assertThatThrownBy(() -> AnomalyScorer.of(sealed(Arrays.copyOf(state, state.length - 8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("state ends after %d bytes".formatted(state.length - 12));
    assertThatThrownBy(() -> AnomalyScorer.of(sealed(Arrays.copyOf(state, state.length + 8))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("state has 8 bytes too many");
  }

  @ParameterizedTest
  @CsvSource({"-5,samples", "9223372036854775807,samples"})
  void refusesACountOfSamplesThatNoneCanHave(long samples, String name) {
    byte[] state = after(counts(SAMPLES)).state();
    ByteBuffer.wrap(state).putLong(1, samples);

    assertThatThrownBy(() -> AnomalyScorer.of(sealed(state)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("state with " + name);
  }

  @Test
  void refusesTurnsAndBinsThatNoneCanHave() {
    int tails = HEAD + Yardstick.BYTES + Recent.BYTES + Filter.BYTES + Seasons.BYTES;
    byte[] turns = after(counts(SAMPLES)).state();
    ByteBuffer.wrap(turns).putLong(tails + Tails.BYTES - Long.BYTES, -3);
    byte[] bins = after(counts(SAMPLES)).state();
    bins[tails - Seasons.BYTES + 2 * Float.BYTES] = -1;

    assertThatThrownBy(() -> AnomalyScorer.of(sealed(turns)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("turns");
    assertThatThrownBy(() -> AnomalyScorer.of(sealed(bins)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("samples of a half hour");
  }

  /// Whatever a stranger writes into a state: it is refused, or the scorer works.
  @Test
  void noNumberOfAStateBreaksALaterSample() {
    byte[] state = after(counts(SAMPLES)).state();
    int refused = 0;
    for (int at = 1; at + Double.BYTES < state.length - Integer.BYTES; at += Float.BYTES) {
      for (double bad : new double[] {Double.NaN, Double.NEGATIVE_INFINITY, -1e300}) {
        byte[] wrong = state.clone();
        ByteBuffer.wrap(wrong).putDouble(at, bad);
        try {
          AnomalyScorer scorer = AnomalyScorer.of(sealed(wrong));
          assertThatCode(
                  () -> {
                    for (int i = 0; i < 20; i++) {
                      double score = scorer.judge(MadeUpSeries.time(SAMPLES + i), i).value();
                      assertThat(score).isBetween(0.0, 1.0);
                    }
                  })
              .as("%s at byte %d", bad, at)
              .doesNotThrowAnyException();
        } catch (IllegalArgumentException e) {
          refused++;
        }
      }
    }
    assertThat(refused).isPositive();
  }

  @Test
  void refusesWhatIsNoNumberInEachPart() {
    byte[] state = after(counts(SAMPLES)).state();
    int[] parts = {
      HEAD - Double.BYTES,
      HEAD,
      HEAD + Yardstick.BYTES,
      HEAD + Yardstick.BYTES + Recent.BYTES,
      state.length - Integer.BYTES - Alarms.BYTES
    };
    for (int part : parts) {
      byte[] wrong = state.clone();
      ByteBuffer.wrap(wrong).putDouble(part, Double.NaN);

      assertThatThrownBy(() -> AnomalyScorer.of(sealed(wrong)))
          .as("at byte %d", part)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("NaN");
    }
  }
}
