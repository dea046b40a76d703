package dev.gnomon.verification.telemetry;

import static dev.gnomon.verification.telemetry.Telemetry.LATENCY;
import static dev.gnomon.verification.telemetry.Telemetry.ORDERS;
import static dev.gnomon.verification.telemetry.Telemetry.quiet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.prediction.Subject;
import dev.gnomon.core.telemetry.MemorySeriesStates;
import dev.gnomon.core.telemetry.NearStates;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.SeriesStates;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Scoring goes on while the shared memory is away or was emptied.
class NearStatesTest {
  private final Telemetry telemetry = new Telemetry();
  private SeriesStates behind = telemetry.states;

  /// Whatever is behind just now.
  private final SeriesStates shared =
      new SeriesStates() {
        @Override
        public Optional<Map<String, byte[]>> load(Subject subject, Collection<String> ids) {
          return behind.load(subject, ids);
        }

        @Override
        public Optional<Set<String>> store(Subject subject, List<Entry> entries, Budget budget) {
          return behind.store(subject, entries, budget);
        }

        @Override
        public Optional<Map<String, String>> glances(Subject subject) {
          return behind.glances(subject);
        }

        @Override
        public void forget(Subject subject, Collection<String> ids) {
          behind.forget(subject, ids);
        }
      };

  private static final SeriesStates AWAY =
      new SeriesStates() {
        @Override
        public Optional<Map<String, byte[]>> load(Subject subject, Collection<String> ids) {
          return Optional.empty();
        }

        @Override
        public Optional<Set<String>> store(Subject subject, List<Entry> entries, Budget budget) {
          return Optional.empty();
        }

        @Override
        public Optional<Map<String, String>> glances(Subject subject) {
          return Optional.empty();
        }

        @Override
        public void forget(Subject subject, Collection<String> ids) {}
      };

  @Test
  void scoresAreTheSameWhetherTheSharedMemoryIsThereAwayOrLost() {
    double[] values = quiet(0.1, 150);
    Telemetry untroubled = new Telemetry();
    untroubled.run(LATENCY, values);
    telemetry.states = new NearStates(shared, new MemorySeriesStates(100, telemetry.clock));

    telemetry.run(LATENCY, java.util.Arrays.copyOf(values, 50));
    behind = AWAY;
    telemetry.run(LATENCY, java.util.Arrays.copyOfRange(values, 50, 100));
    assertThat(telemetry.board.of(ORDERS).orElseThrow().health()).hasValue(1);
    behind = new MemorySeriesStates(100, telemetry.clock); // Back, but emptied.
    telemetry.run(LATENCY, java.util.Arrays.copyOfRange(values, 100, 150));

    assertThat(telemetry.forecasted).isEqualTo(untroubled.forecasted);
    assertThat(behind.glances(ORDERS).orElseThrow()).hasSize(1);
  }

  @Test
  void whatWasStoredBehindItWhileItWasAwayIsOlderAndDoesNotCount() {
    telemetry.states = new NearStates(shared, new MemorySeriesStates(100, telemetry.clock));
    telemetry.run(LATENCY, quiet(0.1, 20));
    SeriesStates stale = behind;
    behind = AWAY;
    telemetry.run(LATENCY, quiet(0.1, 30));
    behind = stale;

    telemetry.run(LATENCY, 0.1);

    assertThat(telemetry.forecasted.getLast().reading()).isEqualTo(Reading.VALUE);
  }
}
