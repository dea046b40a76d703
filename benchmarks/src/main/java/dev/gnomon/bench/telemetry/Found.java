package dev.gnomon.bench.telemetry;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;

/// What a detector found at one threshold over all series.
///
/// @param found segments with an alarm in time
/// @param missed the other segments
/// @param rowsFound rows of the segments that were found
/// @param rowsMissed rows of the other segments
/// @param falseAlarms rows with an alarm that belong to no segment
record Found(int found, int missed, int rowsFound, int rowsMissed, int falseAlarms) {
  private static final int THRESHOLDS = 400;

  double precision() {
    return found == 0 ? 0 : (double) found / (found + falseAlarms);
  }

  double recall() {
    return found == 0 ? 0 : (double) found / (found + missed);
  }

  /// Each segment counts once.
  double f1() {
    return f1(found, missed);
  }

  /// Each segment counts by its rows, all of which are found or missed together. Source: Ren et
  /// al., "Time-series anomaly detection service at Microsoft", 2019.
  double f1ByRows() {
    return f1(rowsFound, rowsMissed);
  }

  private double f1(int hits, int misses) {
    return hits == 0 ? 0 : 2.0 * hits / (2.0 * hits + misses + falseAlarms);
  }

  /// @param scores by series, then by row
  /// @param rest from the row of an alarm to the rows after it in which there is no other one
  static Found at(
      double threshold, IntUnaryOperator rest, List<LabelledSeries> all, List<double[]> scores) {
    Found found = new Found(0, 0, 0, 0, 0);
    for (int i = 0; i < all.size(); i++) {
      found = found.and(one(all.get(i).labels(), alarms(threshold, rest, scores.get(i))));
    }
    return found;
  }

  /// At the threshold that is best for a figure: chosen on the labels, an upper bound. Of all
  /// scores it tries the highest ones, and further down ever fewer.
  static Found best(
      ToDoubleFunction<Found> figure,
      IntUnaryOperator rest,
      List<LabelledSeries> all,
      List<double[]> scores) {
    Found best = at(Double.POSITIVE_INFINITY, rest, all, scores);
    for (double threshold : thresholds(scores)) {
      Found here = at(threshold, rest, all, scores);
      best = figure.applyAsDouble(here) > figure.applyAsDouble(best) ? here : best;
    }
    return best;
  }

  private static SortedSet<Double> thresholds(List<double[]> scores) {
    double[] sorted =
        scores.stream()
            .flatMapToDouble(Arrays::stream)
            .filter(score -> score > 0)
            .distinct()
            .sorted()
            .toArray();
    SortedSet<Double> some = new TreeSet<>();
    for (int i = 0; i < THRESHOLDS && sorted.length > 0; i++) {
      int back = (int) Math.pow(sorted.length, i / (THRESHOLDS - 1.0));
      some.add(sorted[sorted.length - back]);
    }
    return some;
  }

  private static boolean[] alarms(double threshold, IntUnaryOperator rest, double[] scores) {
    boolean[] alarms = new boolean[scores.length];
    int awake = 0;
    for (int row = 0; row < scores.length; row++) {
      if (row >= awake && scores[row] >= threshold) {
        alarms[row] = true;
        awake = row + 1 + rest.applyAsInt(row);
      }
    }
    return alarms;
  }

  private static Found one(boolean[] labels, boolean[] alarms) {
    Found all = new Found(0, 0, 0, 0, 0);
    for (Segment segment : Segment.of(labels)) {
      boolean hit = false;
      for (int row = segment.first(); row <= segment.inTime(); row++) {
        hit |= alarms[row];
      }
      int rows = segment.rows();
      all = all.and(hit ? new Found(1, 0, rows, 0, 0) : new Found(0, 1, 0, rows, 0));
    }
    boolean[] elsewhere = Segment.elsewhere(labels);
    int falseAlarms = 0;
    for (int row = 0; row < labels.length; row++) {
      falseAlarms += alarms[row] && elsewhere[row] ? 1 : 0;
    }
    return all.and(new Found(0, 0, 0, 0, falseAlarms));
  }

  private Found and(Found other) {
    return new Found(
        found + other.found,
        missed + other.missed,
        rowsFound + other.rowsFound,
        rowsMissed + other.rowsMissed,
        falseAlarms + other.falseAlarms);
  }

  /// Area under precision over recall, in steps (average precision), without a rest.
  static double area(List<LabelledSeries> all, List<double[]> scores) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      events.addAll(events(all.get(i).labels(), scores.get(i)));
    }
    events.sort(Comparator.comparingDouble(Event::score).reversed());
    int segments = (int) events.stream().filter(Event::segment).count();
    double area = 0;
    int found = 0;
    int before = 0;
    for (int i = 0; i < events.size() && events.get(i).score > 0; i++) {
      found += events.get(i).segment ? 1 : 0;
      boolean last = i + 1 == events.size() || events.get(i + 1).score < events.get(i).score;
      if (last) {
        area += (double) (found - before) / segments * found / (i + 1);
        before = found;
      }
    }
    return area;
  }

  /// Each segment once, with the highest score in time, and each row that can be a false alarm.
  private static List<Event> events(boolean[] labels, double[] scores) {
    List<Event> events = new ArrayList<>();
    for (Segment segment : Segment.of(labels)) {
      double best = 0;
      for (int row = segment.first(); row <= segment.inTime(); row++) {
        best = Math.max(best, scores[row]);
      }
      events.add(new Event(best, true));
    }
    boolean[] elsewhere = Segment.elsewhere(labels);
    for (int row = 0; row < labels.length; row++) {
      if (elsewhere[row]) {
        events.add(new Event(scores[row], false));
      }
    }
    return events;
  }

  private record Event(double score, boolean segment) {}
}
