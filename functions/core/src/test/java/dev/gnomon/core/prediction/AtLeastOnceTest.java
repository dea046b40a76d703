package dev.gnomon.core.prediction;

import static dev.gnomon.core.prediction.Samples.minute;
import static dev.gnomon.core.prediction.Samples.sample;
import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.core.catalogue.PredictionPolicy;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.telemetry.Aspect;
import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What is foreseen is said at least once, and under one name, whatever is delivered again and
/// whoever dies.
class AtLeastOnceTest {
  private static final Subject EAST = new Subject.OfCell(new CellName("east"));
  private static final PredictionPolicy POLICY = new PredictionPolicy(Duration.ofMinutes(30), 0.3);

  private final SubjectStates states = new MemorySubjectStates(100);

  private FusedForecast process(SubjectStates of) {
    return new FusedForecast(
        of, new ModelInUse(() -> new Serving(PlainRule.MODEL, List.of()), of), POLICY);
  }

  private static List<ScoredSample> service(int at) {
    boolean calm = at < 60;
    double errors = calm ? 0.001 : Math.min(0.4, (at - 59) * 0.04);
    double surprise = calm ? 0.3 : 9;
    return List.of(
        sample("http_errors_ratio", Aspect.ERRORS, at, errors, surprise),
        sample("request_duration_seconds", Aspect.LATENCY, at, 0.1 + errors, surprise));
  }

  private static List<Foreseen> observe(FusedForecast forecast, int at) {
    return forecast.observed(EAST, service(at), minute(at));
  }

  /// @return the minute at which the first word is said
  private int untilFirstWord(FusedForecast forecast, List<Foreseen> said) {
    for (int i = 0; i < 200; i++) {
      said.addAll(observe(forecast, i));
      if (!said.isEmpty()) {
        return i;
      }
    }
    throw new AssertionError("nothing was foreseen");
  }

  private int untilJustBefore() {
    int first = untilFirstWord(process(new MemorySubjectStates(10)), new ArrayList<>());
    FusedForecast forecast = process(states);
    for (int i = 0; i < first; i++) {
      assertThat(observe(forecast, i)).isEmpty();
    }
    return first;
  }

  @Test
  void whoIsKilledBeforeTheReplyIsMadeUpForByWhoeverGetsItAgain() {
    int deciding = untilJustBefore();
    List<Foreseen> lost = observe(process(states), deciding);

    List<Foreseen> again = observe(process(states), deciding);

    assertThat(lost).hasSize(1);
    assertThat(again).isEqualTo(lost);
  }

  @Test
  void whoIsKilledBeforeTheStateIsStoredIsMadeUpForToo() {
    int deciding = untilJustBefore();
    SubjectStates dies =
        new SubjectStates() {
          @Override
          public Optional<Kept> load(String name) {
            return states.load(name);
          }

          @Override
          public boolean store(String name, Kept kept) {
            throw new IllegalStateException("killed");
          }
        };
    try {
      observe(process(dies), deciding);
    } catch (IllegalStateException e) {
      assertThat(e).hasMessage("killed");
    }

    assertThat(observe(process(states), deciding)).hasSize(1);
  }

  @Test
  void aLostAnswerIsMadeUpForAfterAMinuteEvenIfNothingIsDeliveredAgain() {
    List<Foreseen> said = new ArrayList<>();
    int deciding = untilFirstWord(process(states), said);
    FusedForecast next = process(states);

    assertThat(next.lasting(EAST, false, minute(deciding + 0.9))).isEmpty();
    assertThat(next.lasting(EAST, false, minute(deciding + 1))).isEqualTo(said);
    assertThat(next.lasting(EAST, false, minute(deciding + 1.5))).as("said just now").isEmpty();
    assertThat(next.lasting(EAST, false, minute(deciding + 60))).as("it is over").isEmpty();
  }

  @Test
  void whatIsDeliveredTwiceChangesNothing() {
    FusedForecast once = process(new MemorySubjectStates(10));
    FusedForecast twice = process(states);
    for (int i = 0; i < 90; i++) {
      Set<Foreseen> first = new HashSet<>(observe(once, i));
      Set<Foreseen> second = new HashSet<>(observe(twice, i));
      second.addAll(observe(twice, i));
      assertThat(second).as("minute " + i).containsAll(first);
      assertThat(second).as("minute " + i).hasSizeLessThanOrEqualTo(1);
      assertThat(twice.estimate(EAST, minute(i))).isEqualTo(once.estimate(EAST, minute(i)));
    }
  }

  /// Lets another process do the same whenever this one is about to store.
  private SubjectStates overtaken(FusedForecast other, int[] at, List<Foreseen> said) {
    return new SubjectStates() {
      private boolean inside;

      @Override
      public Optional<Kept> load(String name) {
        return states.load(name);
      }

      @Override
      public boolean store(String name, Kept kept) {
        if (!inside && name.equals(EAST.toString())) {
          inside = true;
          said.addAll(observe(other, at[0]));
          inside = false;
        }
        return states.store(name, kept);
      }
    };
  }

  @Test
  void twoProcessesThatGetTheSameAtTheSameTimeSayTheSame() {
    List<Foreseen> said = new ArrayList<>();
    int[] at = {0};
    FusedForecast one = process(overtaken(process(states), at, said));
    for (; at[0] < 75; at[0]++) {
      said.addAll(observe(one, at[0]));
    }

    Set<Foreseen> distinct = new HashSet<>(said);
    assertThat(said.size()).isGreaterThan(distinct.size());
    assertThat(distinct.stream().map(Foreseen::episode)).doesNotHaveDuplicates().isNotEmpty();
    assertThat(distinct.stream().map(one1 -> one1.estimate().onset()).distinct()).hasSize(1);
  }

  private static Foreseen probes(Instant onset, Instant at) {
    Estimate estimate =
        new Estimate(
            0.95,
            Duration.ofMinutes(5),
            Optional.of(onset),
            Optional.of(at),
            0.95,
            List.of(),
            "probes-1");
    return new Foreseen(
        EAST, "probes-store-" + onset.toEpochMilli(), estimate, List.of("no answer"), at);
  }

  @Test
  void whatProbesSeeBelongsToTheEpisodeThatTelemetryBegan() {
    List<Foreseen> said = new ArrayList<>();
    int deciding = untilFirstWord(process(states), said);
    Instant later = minute(deciding + 0.5);

    Foreseen seen = process(states).seen(probes(later, later), later);
    Foreseen again = process(states).seen(probes(later, later), later.plusSeconds(60));

    assertThat(seen.estimate().onset()).isEqualTo(said.getFirst().estimate().onset());
    assertThat(seen.episode()).isEqualTo(said.getFirst().episode().replace("/1", "/2"));
    assertThat(seen.estimate().probability()).isEqualTo(0.95);
    assertThat(again).isEqualTo(seen);
  }

  @Test
  void telemetryAddsNothingToWhatProbesSawFirst() {
    FusedForecast forecast = process(states);
    for (int i = 0; i < 60; i++) {
      observe(forecast, i);
    }
    Foreseen seen = forecast.seen(probes(minute(59.5), minute(60)), minute(60));
    List<Foreseen> said = new ArrayList<>();
    for (int i = 60; i < 80; i++) {
      said.addAll(observe(forecast, i));
    }

    assertThat(seen.estimate().onset()).hasValue(minute(59.5));
    assertThat(said).isNotEmpty().allSatisfy(one -> assertThat(one).isEqualTo(seen));
  }
}
