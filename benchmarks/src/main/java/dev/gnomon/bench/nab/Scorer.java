package dev.gnomon.bench.nab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/// Scores a detector over some files: every row at or above a threshold is a detection; the best
/// detection in a window counts, every one outside counts against it. Immutable. Source: the
/// scoring of NAB v1.1 (Lavin and Ahmad, "Evaluating real-time anomaly detection algorithms",
/// 2015).
final class Scorer {
  /// A row that is no part of a window.
  private static final int OUTSIDE = -1;

  private static final double STEEPNESS = 5;
  private static final double FAR = 3;
  private static final double LEFT_EDGE = sigmoid(-1);

  private final List<Series> files;
  private final int windows;
  private final double[][] values;
  private final int[][] windowOf;

  Scorer(List<Series> files) {
    this.files = List.copyOf(files);
    values = new double[files.size()][];
    windowOf = new int[files.size()][];
    int before = 0;
    for (int file = 0; file < files.size(); file++) {
      Series series = files.get(file);
      values[file] = new double[series.rows()];
      windowOf[file] = new int[series.rows()];
      weigh(series, before, values[file], windowOf[file]);
      before += series.windows().size();
    }
    windows = before;
  }

  int windows() {
    return windows;
  }

  /// From nearly 1 far before 0 to -1 far after it.
  static double sigmoid(double y) {
    return y > FAR ? -1 : 2 / (1 + Math.exp(STEEPNESS * y)) - 1;
  }

  /// What a detection at each row is worth: in a window a share of a hit, outside a share (not
  /// above 0) of a false alarm.
  private static void weigh(Series series, int before, double[] values, int[] windowOf) {
    List<Window> windows = series.windows();
    int next = 0;
    for (int row = 0; row < series.rows(); row++) {
      while (next < windows.size() && row > windows.get(next).last()) {
        next++;
      }
      if (next < windows.size() && windows.get(next).contains(row)) {
        Window window = windows.get(next);
        double place = -(double) (window.last() - row + 1) / window.width();
        values[row] = sigmoid(place) / LEFT_EDGE;
        windowOf[row] = before + next;
      } else {
        values[row] = next == 0 ? -1 : after(windows.get(next - 1), row);
        windowOf[row] = OUTSIDE;
      }
    }
  }

  private static double after(Window window, int row) {
    return sigmoid((double) (row - window.last()) / (window.last() - window.first()));
  }

  /// The threshold that gives the most, and what it gives. It is chosen on the labels it is scored
  /// on: an upper bound.
  ///
  /// @param scores by file, then by row
  Best best(List<double[]> scores, Profile profile) {
    List<Row> rows = new ArrayList<>();
    for (int file = 0; file < files.size(); file++) {
      double[] ofFile = scores.get(file);
      for (int row = files.get(file).probation(); row < ofFile.length; row++) {
        if (ofFile[row] > 0) {
          rows.add(new Row(file, row, ofFile[row]));
        }
      }
    }
    rows.sort(Comparator.comparingDouble(Row::score).reversed());
    Total total = new Total(profile);
    Best best = new Best(total.raw, Double.POSITIVE_INFINITY, normalised(total.raw, profile));
    for (int i = 0; i < rows.size(); i++) {
      Row row = rows.get(i);
      total.detect(row.file, row.row);
      boolean last = i + 1 == rows.size() || rows.get(i + 1).score != row.score;
      if (last && total.raw > best.raw) {
        best = new Best(total.raw, row.score, normalised(total.raw, profile));
      }
    }
    return best;
  }

  /// The score at one threshold.
  ///
  /// @param threshold above 0
  double at(List<double[]> scores, double threshold, Profile profile) {
    Total total = new Total(profile);
    for (int file = 0; file < files.size(); file++) {
      double[] ofFile = scores.get(file);
      for (int row = files.get(file).probation(); row < ofFile.length; row++) {
        if (ofFile[row] >= threshold) {
          total.detect(file, row);
        }
      }
    }
    return normalised(total.raw, profile);
  }

  private double normalised(double raw, Profile profile) {
    return profile.normalised(raw, windows);
  }

  /// @param raw the sum over windows and false alarms
  /// @param threshold a row at or above it is a detection; infinite if it is best to detect nothing
  /// @param score normalised
  record Best(double raw, double threshold, double score) {}

  private record Row(int file, int row, double score) {}

  /// A raw score as detections come in.
  private final class Total {
    private final Profile profile;
    private final double[] hits;
    private double raw;

    Total(Profile profile) {
      this.profile = profile;
      hits = new double[windows];
      Arrays.fill(hits, -profile.miss());
      raw = -profile.miss() * windows;
    }

    void detect(int file, int row) {
      int window = windowOf[file][row];
      double value = values[file][row];
      if (window == OUTSIDE) {
        raw += profile.falseAlarm() * value;
      } else if (profile.hit() * value > hits[window]) {
        raw += profile.hit() * value - hits[window];
        hits[window] = profile.hit() * value;
      }
    }
  }
}
