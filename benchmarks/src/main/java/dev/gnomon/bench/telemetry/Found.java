package dev.gnomon.bench.telemetry;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// What a detector found at one threshold over all series.
///
/// @param found segments with an alarm in time
/// @param missed the other segments
/// @param falseAlarms rows with an alarm and without a label
record Found(int found, int missed, int falseAlarms) {
  /// Rows after the first of a segment in which it can still be found.
  static final int IN_TIME = 5;

  /// Rows at the start of each series in which nobody is judged.
  static final int START = 32;

  double precision() {
    return found == 0 ? 0 : (double) found / (found + falseAlarms);
  }

  double recall() {
    return found == 0 ? 0 : (double) found / (found + missed);
  }

  double f1() {
    return found == 0 ? 0 : 2 * precision() * recall() / (precision() + recall());
  }

  /// @param scores by series, then by row
  static Found at(double threshold, List<LabelledSeries> all, List<double[]> scores) {
    int found = 0;
    int missed = 0;
    int falseAlarms = 0;
    for (int i = 0; i < all.size(); i++) {
      for (Event event : events(all.get(i), scores.get(i))) {
        boolean alarm = event.score >= threshold;
        if (event.segment) {
          found += alarm ? 1 : 0;
          missed += alarm ? 0 : 1;
        } else {
          falseAlarms += alarm ? 1 : 0;
        }
      }
    }
    return new Found(found, missed, falseAlarms);
  }

  /// At the threshold with the best F1: chosen on the labels, an upper bound.
  static Found best(List<LabelledSeries> all, List<double[]> scores) {
    List<Event> events = sorted(all, scores);
    int segments = (int) events.stream().filter(Event::segment).count();
    int found = 0;
    Found best = new Found(0, segments, 0);
    for (int i = 0; i < events.size() && events.get(i).score > 0; i++) {
      found += events.get(i).segment ? 1 : 0;
      boolean last = i + 1 == events.size() || events.get(i + 1).score < events.get(i).score;
      Found here = new Found(found, segments - found, i + 1 - found);
      if (last && here.f1() > best.f1()) {
        best = here;
      }
    }
    return best;
  }

  /// Area under precision over recall, in steps (average precision).
  static double area(List<LabelledSeries> all, List<double[]> scores) {
    List<Event> events = sorted(all, scores);
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

  private static List<Event> sorted(List<LabelledSeries> all, List<double[]> scores) {
    List<Event> events = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      events.addAll(events(all.get(i), scores.get(i)));
    }
    events.sort(Comparator.comparingDouble(Event::score).reversed());
    return events;
  }

  /// Each segment once, with the highest score in time, and each row without a label.
  private static List<Event> events(LabelledSeries series, double[] scores) {
    boolean[] labels = series.labels();
    List<Event> events = new ArrayList<>();
    for (int row = START; row < labels.length; row++) {
      if (!labels[row]) {
        events.add(new Event(scores[row], false));
      } else if (!labels[row - 1]) {
        double best = 0;
        for (int i = row; i <= Math.min(row + IN_TIME, labels.length - 1); i++) {
          best = Math.max(best, scores[i]);
        }
        events.add(new Event(best, true));
      }
    }
    return events;
  }

  private record Event(double score, boolean segment) {}
}
