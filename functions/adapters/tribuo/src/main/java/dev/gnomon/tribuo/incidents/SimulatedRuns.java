package dev.gnomon.tribuo.incidents;

import dev.gnomon.core.anomaly.AnomalyScorer;
import dev.gnomon.core.anomaly.Judgement;
import dev.gnomon.core.prediction.Features;
import dev.gnomon.core.prediction.Run;
import dev.gnomon.core.prediction.SubjectState;
import dev.gnomon.core.telemetry.Reading;
import dev.gnomon.core.telemetry.ScoredSample;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.IntStream;

/// Draws services and what happens to them, and lets the real scorer and the real features watch.
/// Equal seeds give equal runs.
public final class SimulatedRuns {
  /// What models say of this data.
  public static final String DATA = "simulated incidents, TrainingRanges 1";

  private static final Instant START = Instant.parse("2026-01-05T00:00:00Z");
  private static final double WARM_SECONDS = 3 * 3_600;
  private static final double ROW_SECONDS = 300;
  private static final double TAIL_SECONDS = 1_800;
  private static final int MISSING_AFTER = 3;

  private SimulatedRuns() {}

  /// @param first number of the first run; runs of different numbers are independent
  public static List<Run> of(long seed, int first, int count) {
    return IntStream.range(first, first + count)
        .parallel()
        .mapToObj(number -> new One(seed * 1_000_003L + number, "run-" + number).run())
        .toList();
  }

  private static final class One {
    private final Random random;
    private final String name;
    private final List<Condition.Course> courses = new ArrayList<>();
    private final SubjectState state = new SubjectState();
    private final Condition condition = new Condition();
    private final SimulatedService service;
    private final double cadence;
    private double failure = Double.POSITIVE_INFINITY;
    private double end;

    One(long seed, String name) {
      this.random = new Random(seed);
      this.name = name;
      this.cadence = TrainingRanges.CADENCE_SECONDS.draw(random);
      this.service = SimulatedService.draw(random);
      plan();
    }

    private void plan() {
      double history = 3_600 * TrainingRanges.HISTORY_HOURS.draw(random);
      boolean fails = random.nextDouble() < TrainingRanges.FAILS;
      double at = WARM_SECONDS + (history - WARM_SECONDS) * random.nextDouble();
      if (!fails || random.nextDouble() < TrainingRanges.HARMLESS_BEFORE) {
        Script harmless = pick(false);
        courses.add(Condition.Course.draw(harmless, at, random));
      }
      end = history;
      if (fails) {
        Script script = pick(true);
        Condition.Course course = Condition.Course.draw(script, history, random);
        courses.add(course);
        failure = course.end();
        end = course.over();
      }
      end += TAIL_SECONDS;
    }

    private Script pick(boolean fails) {
      List<Script> some =
          List.of(Script.values()).stream().filter(one -> one.fails() == fails).toList();
      return some.get(random.nextInt(some.size()));
    }

    Run run() {
      List<Run.Row> rows = new ArrayList<>();
      List<SimulatedService.Metric> metrics = service.metrics();
      AnomalyScorer[] scorers = new AnomalyScorer[metrics.size()];
      double[] last = new double[scorers.length];
      boolean[] out = outage(scorers.length);
      for (int i = 0; i < scorers.length; i++) {
        scorers[i] = new AnomalyScorer();
      }
      double nextRow = WARM_SECONDS;
      for (double at = 0; at < end; at += cadence) {
        condition.calm();
        for (Condition.Course course : courses) {
          course.apply(at, condition);
        }
        double[] values = service.values(at, condition, random);
        Instant time = time(at);
        tellUpdates(at);
        List<ScoredSample> samples = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
          SimulatedService.Metric metric = metrics.get(i);
          if (out[i] && silent(at)) {
            if (at - last[i] > MISSING_AFTER * cadence) {
              samples.add(missing(metric, time(last[i])));
            }
            continue;
          }
          last[i] = at;
          double value = blipped(values[i], at, i);
          Judgement judgement = scorers[i].judge(time, value);
          Reading reading =
              scorers[i].samples() <= AnomalyScorer.WARM_UP ? Reading.INCONCLUSIVE : Reading.VALUE;
          samples.add(
              new ScoredSample(metric.key(), metric.aspect(), time, value, judgement, reading));
        }
        state.take(samples, time);
        if (at >= nextRow && at < failure) {
          nextRow += ROW_SECONDS;
          Features features = state.features(time);
          rows.add(
              new Run.Row(
                  features,
                  time,
                  Double.isInfinite(failure)
                      ? OptionalDouble.empty()
                      : OptionalDouble.of(failure - at)));
        }
      }
      return new Run(name, rows, rows.size() * ROW_SECONDS);
    }

    private static Instant time(double seconds) {
      return START.plusMillis((long) (1e3 * seconds));
    }

    private void tellUpdates(double at) {
      for (Condition.Course course : courses) {
        boolean starts = course.start() >= at && course.start() < at + cadence;
        if (starts
            && (course.script() == Script.HARMLESS_UPDATE
                || course.script() == Script.BAD_UPDATE)) {
          double before =
              60 * TrainingRanges.UPDATE_BEFORE_ONSET_MINUTES.draw(new Random(course.seed()));
          state.changed(time(at - before));
        }
      }
    }

    /// Which series stop in an outage.
    private boolean[] outage(int count) {
      boolean[] out = new boolean[count];
      for (Condition.Course course : courses) {
        if (course.script() == Script.METRICS_OUTAGE) {
          Random which = new Random(course.seed());
          for (int i = 0; i < count; i++) {
            out[i] = which.nextDouble() < course.size();
          }
        }
      }
      return out;
    }

    private boolean silent(double at) {
      return courses.stream()
          .anyMatch(course ->
              course.script() == Script.METRICS_OUTAGE
                  && at >= course.start()
                  && at < course.end());
    }

    private double blipped(double value, double at, int series) {
      for (Condition.Course course : courses) {
        if (course.script() == Script.BLIP
            && at >= course.start()
            && at < course.start() + cadence
            && series % 4 == Math.floorMod(course.seed(), 4)) {
          return value * course.size();
        }
      }
      return value;
    }

    private static ScoredSample missing(SimulatedService.Metric metric, Instant last) {
      return new ScoredSample(
          metric.key(),
          metric.aspect(),
          last,
          Double.NaN,
          new Judgement.Ignored(Judgement.Why.NOT_A_NUMBER),
          Reading.MISSING);
    }
  }
}
