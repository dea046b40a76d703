package dev.gnomon.core.telemetry;

import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.anomaly.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/// Takes one sample into the state of its series.
final class TakeSample {
  /// A sample of a time so far ahead would make all that follow late.
  private static final Duration AHEAD_AT_MOST = Duration.ofMinutes(5);

  /// After so many late samples in a row the source's clock is taken to have been set back, as the
  /// scorer takes it.
  private static final int REFUSED_AT_MOST = 64;

  /// A series that gave an alarm counts as unwell for so long, at least two of its intervals.
  private static final Duration UNWELL_FOR = Duration.ofMinutes(15);

  private static final double PROBE_SUCCEEDED_FROM = 0.5;

  private TakeSample() {}

  /// @param scored empty if the sample was dropped, or is a counter's first
  record Taken(Outcome outcome, Optional<ScoredSample> scored) {
    private static Taken dropped(Outcome why) {
      return new Taken(why, Optional.empty());
    }
  }

  static Taken into(SeriesState state, Sample sample, Aspect aspect, Instant now) {
    if (!Double.isFinite(sample.value())) {
      return Taken.dropped(Outcome.NOT_A_NUMBER);
    }
    if (sample.time().isAfter(now.plus(AHEAD_AT_MOST))) {
      return Taken.dropped(Outcome.AHEAD);
    }
    if (state.known() && sample.time().toEpochMilli() <= state.seen().toEpochMilli()) {
      if (sample.time().toEpochMilli() == state.seen().toEpochMilli()) {
        return Taken.dropped(Outcome.DUPLICATE); // However often: no clock went back.
      }
      if (state.refuse() <= REFUSED_AT_MOST) {
        return Taken.dropped(Outcome.LATE);
      }
      state.raw(Double.NaN);
    }
    OptionalDouble value =
        switch (sample.kind()) {
          case GAUGE -> OptionalDouble.of(sample.value());
          case COUNTER -> Rates.next(state, sample.time(), sample.value());
        };
    state.saw(sample.time(), now);
    if (value.isEmpty()) {
      return Taken.dropped(Outcome.WARMING);
    }
    if (!Double.isFinite(value.getAsDouble())) {
      return Taken.dropped(Outcome.NOT_A_NUMBER);
    }
    return scored(state, sample, aspect, value.getAsDouble(), now);
  }

  private static Taken scored(
      SeriesState state, Sample sample, Aspect aspect, double value, Instant now) {
    boolean above = value > state.usual();
    Judgement judgement = state.scorer().judge(sample.time(), value);
    state.took(value);
    state.bad(aspect == Aspect.PROBES && value < PROBE_SUCCEEDED_FROM);
    if (judgement.value() >= AnomalyScorer.ALARM && badWay(aspect, above)) {
      Duration intervals = Duration.ofMillis((long) (2e3 * state.intervalSeconds()));
      state.unwellUntil(now.plus(intervals.compareTo(UNWELL_FOR) > 0 ? intervals : UNWELL_FOR));
    }
    Reading reading = state.warm() ? Reading.VALUE : Reading.INCONCLUSIVE;
    return new Taken(
        state.warm() ? Outcome.SCORED : Outcome.WARMING,
        Optional.of(
            new ScoredSample(sample.series(), aspect, sample.time(), value, judgement, reading)));
  }

  /// Whether an unusual value of this aspect is a bad one.
  private static boolean badWay(Aspect aspect, boolean above) {
    return switch (aspect) {
      case LATENCY, ERRORS, LOGS -> above;
      case SATURATION, HARDWARE -> true;
      case TRAFFIC, PROBES, OTHER -> false;
    };
  }
}
