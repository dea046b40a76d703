package dev.gnomon.core.prediction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/// Measures how good probabilities of failure are, on runs whose end is known.
public final class Grading {
  private static final double WEEK_SECONDS = 7 * 24 * 3_600;
  private static final int CLASSES = 10;

  private final List<Run> runs;
  private final double horizonSeconds;

  /// @param horizon within which a failure counts as foreseen
  public Grading(List<Run> runs, Duration horizon) {
    this.runs = List.copyOf(runs);
    this.horizonSeconds = horizon.toMillis() / 1e3;
  }

  /// Probabilities by run and row.
  public List<double[]> said(ToDoubleFunction<Features> model) {
    return runs.stream()
        .map(run ->
            run.rows().stream().mapToDouble(row -> model.applyAsDouble(row.features())).toArray())
        .toList();
  }

  /// The sum of squared errors of one run.
  double squaredError(int run, double[] said) {
    double sum = 0;
    List<Run.Row> rows = runs.get(run).rows();
    for (int i = 0; i < said.length; i++) {
      double error = said[i] - (rows.get(i).failsWithin(horizonSeconds) ? 1 : 0);
      sum += error * error;
    }
    return sum;
  }

  long rows() {
    return runs.stream().mapToLong(run -> run.rows().size()).sum();
  }

  long incidents() {
    return runs.stream().filter(Run::fails).count();
  }

  /// Mean squared error (Brier, "Verification of forecasts expressed in terms of probability",
  /// 1950).
  public double brier(List<double[]> said) {
    double sum = 0;
    for (int run = 0; run < runs.size(); run++) {
      sum += squaredError(run, said.get(run));
    }
    return sum / Math.max(1, rows());
  }

  /// Of always saying the share of rows that a failure follows.
  public double baseBrier() {
    double failing =
        runs.stream()
            .flatMap(run -> run.rows().stream())
            .filter(row -> row.failsWithin(horizonSeconds))
            .count();
    double share = failing / Math.max(1, rows());
    return share * (1 - share);
  }

  /// The mean distance between what was said and what was seen, over ten classes of equal size.
  public double calibrationError(List<double[]> said) {
    List<double[]> pairs = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      List<Run.Row> rows = runs.get(run).rows();
      for (int i = 0; i < rows.size(); i++) {
        pairs.add(new double[] {said.get(run)[i], rows.get(i).failsWithin(horizonSeconds) ? 1 : 0});
      }
    }
    pairs.sort(Comparator.comparingDouble(pair -> pair[0]));
    double error = 0;
    for (int c = 0; c < CLASSES; c++) {
      List<double[]> some =
          pairs.subList(c * pairs.size() / CLASSES, (c + 1) * pairs.size() / CLASSES);
      double mean = some.stream().mapToDouble(pair -> pair[0]).average().orElse(0);
      double seen = some.stream().mapToDouble(pair -> pair[1]).average().orElse(0);
      error += Math.abs(mean - seen) / CLASSES;
    }
    return error;
  }

  /// What alarms at a threshold give.
  ///
  /// @param foreseen failures with an alarm within the horizon before them
  /// @param falseAlarms alarms that no failure follows within the horizon
  /// @param falseAlarmsAWeek the same for a subject and a week
  /// @param leadSeconds from the first alarm to the failure, median of those foreseen
  public record Alarms(
      double threshold,
      int failures,
      int foreseen,
      int falseAlarms,
      double falseAlarmsAWeek,
      double leadSeconds) {
    public double recall() {
      return failures == 0 ? 0 : (double) foreseen / failures;
    }
  }

  /// An alarm is the first row at or above the threshold; rows above it are the same alarm until
  /// none was for a whole horizon.
  public Alarms alarms(List<double[]> said, double threshold) {
    int failures = 0;
    int falseAlarms = 0;
    double seconds = 0;
    List<Double> leads = new ArrayList<>();
    for (int run = 0; run < runs.size(); run++) {
      seconds += runs.get(run).seconds();
      List<Run.Row> rows = runs.get(run).rows();
      long lastAbove = Long.MIN_VALUE / 2;
      double lead = 0;
      boolean fails = false;
      for (int i = 0; i < rows.size(); i++) {
        Run.Row row = rows.get(i);
        boolean soon = row.failsWithin(horizonSeconds);
        boolean ended = i + 1 == rows.size() || !rows.get(i + 1).failsWithin(horizonSeconds);
        boolean next =
            i + 1 < rows.size()
                && soon
                && rows.get(i + 1).secondsToFailure().orElse(0) > row.secondsToFailure().orElse(0);
        long millis = row.at().toEpochMilli();
        if (said.get(run)[i] >= threshold) {
          boolean fresh = (millis - lastAbove) / 1e3 > horizonSeconds;
          lastAbove = millis;
          if (soon) {
            lead = lead == 0 ? row.secondsToFailure().orElseThrow() : lead;
          } else if (fresh) {
            falseAlarms++;
          }
        }
        fails = soon;
        if (fails && (ended || next)) {
          failures++;
          if (lead > 0) {
            leads.add(lead);
          }
          lead = 0;
        }
      }
    }
    leads.sort(Comparator.naturalOrder());
    double median = leads.isEmpty() ? 0 : leads.get(leads.size() / 2);
    return new Alarms(
        threshold,
        failures,
        leads.size(),
        falseAlarms,
        falseAlarms / (seconds / WEEK_SECONDS),
        median);
  }

  /// Alarms at the lowest threshold, of some 200 that are spread over what was said, with at most
  /// so many false ones a week and subject.
  public Alarms alarmsAt(List<double[]> said, double falseAlarmsAWeek) {
    double[] sorted = said.stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    double[] thresholds =
        IntStream.rangeClosed(0, 200)
            .mapToDouble(i -> 1 - Math.pow(10, -i / 40.0))
            .map(share ->
                sorted.length == 0
                    ? 1
                    : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)])
            .distinct()
            .toArray();
    for (double threshold : thresholds) {
      Alarms alarms = alarms(said, threshold);
      if (alarms.falseAlarmsAWeek() <= falseAlarmsAWeek) {
        return alarms;
      }
    }
    return alarms(said, Math.nextUp(1.0));
  }

  /// All of it for a model, beside the plain rule.
  public ModelForm.Quality quality(RampModel model) {
    Duration horizon = Duration.ofMillis((long) (horizonSeconds * 1e3));
    List<double[]> said =
        said(features -> Calibration.probability(model.logOdds(features, horizon)));
    List<double[]> plain =
        said(features -> Calibration.probability(PlainRule.MODEL.logOdds(features, horizon)));
    Alarms alarms = alarmsAt(said, 1);
    return new ModelForm.Quality(
        horizon.toSeconds(),
        rows(),
        incidents(),
        brier(said),
        brier(plain),
        baseBrier(),
        alarms.recall(),
        alarms.leadSeconds(),
        calibrationError(said));
  }
}
