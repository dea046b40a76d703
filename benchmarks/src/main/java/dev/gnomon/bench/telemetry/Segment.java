package dev.gnomon.bench.telemetry;

import java.util.ArrayList;
import java.util.List;

/// A run of labelled rows.
///
/// @param first the index of its first row
/// @param last the index of its last row, inside
/// @param inTime the last row whose alarm still finds it; it can lie behind the segment
record Segment(int first, int last, int inTime) {
  /// Rows after the first of a segment in which it can still be found.
  static final int IN_TIME = 5;

  /// Rows at the start of each series in which nobody is judged.
  static final int START = 32;

  int rows() {
    return last - first + 1;
  }

  /// Those that begin where detectors are judged.
  static List<Segment> of(boolean[] labels) {
    List<Segment> segments = new ArrayList<>();
    for (int row = START; row < labels.length; row++) {
      if (labels[row] && !labels[row - 1]) {
        int last = row;
        while (last + 1 < labels.length && labels[last + 1]) {
          last++;
        }
        segments.add(new Segment(row, last, Math.min(row + IN_TIME, labels.length - 1)));
      }
    }
    return segments;
  }

  /// By row, whether an alarm there is a false one: it has no label, and finds no segment.
  static boolean[] elsewhere(boolean[] labels) {
    boolean[] elsewhere = new boolean[labels.length];
    for (int row = START; row < labels.length; row++) {
      elsewhere[row] = !labels[row];
    }
    for (Segment segment : of(labels)) {
      for (int row = segment.first; row <= segment.inTime; row++) {
        elsewhere[row] = false;
      }
    }
    return elsewhere;
  }
}
