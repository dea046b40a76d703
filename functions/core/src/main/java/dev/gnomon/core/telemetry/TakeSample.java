package dev.gnomon.core.telemetry;

import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.anomaly.Judgement;
import dev.gnomon.core.prediction.Vitals;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;

/// Takes one sample into the state of its series.
final class TakeSample {
  /// A sample of a time so far ahead would make all that follow late.
  private static final Duration AHEAD_AT_MOST = Duration.ofMinutes(5);

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
    AnomalyScorer scorer = state.scorer();
    return switch (sample.kind()) {
      case GAUGE ->
          taken(
              state,
              sample,
              aspect,
              sample.value(),
              scorer.judge(sample.time(), sample.value()),
              now);
      case COUNTER -> {
        double[] rate = {Double.NaN};
        Judgement judgement =
            scorer.judge(
                sample.time(),
                () -> {
                  OptionalDouble increase = Rates.next(state, sample.time(), sample.value());
                  rate[0] = increase.orElse(Double.NaN);
                  return increase;
                });
        yield taken(state, sample, aspect, rate[0], judgement, now);
      }
    };
  }

  /// Which samples come in order is the scorer's to say.
  private static Taken taken(
      SeriesState state,
      Sample sample,
      Aspect aspect,
      double value,
      Judgement judgement,
      Instant now) {
    return switch (judgement) {
      case Judgement.Ignored(Judgement.Why why) ->
          switch (why) {
            case DUPLICATE -> Taken.dropped(Outcome.DUPLICATE);
            case LATE -> Taken.dropped(Outcome.LATE);
            case AHEAD -> {
              state.came(now);
              yield Taken.dropped(Outcome.AHEAD);
            }
            case NOT_A_NUMBER -> {
              state.saw(sample.time(), now);
              yield Taken.dropped(
                  Double.isNaN(value)
                      ? Outcome.WARMING /* a counter's first */
                      : Outcome.NOT_A_NUMBER);
            }
          };
      case Judgement.Scored scored -> scored(state, sample, aspect, value, scored, now);
    };
  }

  private static Taken scored(
      SeriesState state,
      Sample sample,
      Aspect aspect,
      double value,
      Judgement.Scored judgement,
      Instant now) {
    boolean above = value > state.usual();
    double usual = state.usualKnown() ? state.usual() : Double.NaN;
    state.saw(sample.time(), now);
    state.took(value);
    state.bad(aspect == Aspect.PROBES && value < PROBE_SUCCEEDED_FROM);
    if (judgement.value() >= AnomalyScorer.ALARM && badWay(aspect, above)) {
      Duration two = Duration.ofMillis((long) (2e3 * state.intervalSeconds()));
      state.unwellUntil(now.plus(two.compareTo(Vitals.ALARM_HOLDS) > 0 ? two : Vitals.ALARM_HOLDS));
    }
    Reading reading = state.warm() ? Reading.VALUE : Reading.INCONCLUSIVE;
    return new Taken(
        state.warm() ? Outcome.SCORED : Outcome.WARMING,
        Optional.of(
            new ScoredSample(
                sample.series(), aspect, sample.time(), value, judgement, reading, usual)));
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
