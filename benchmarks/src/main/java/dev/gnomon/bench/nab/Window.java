package dev.gnomon.bench.nab;

/// A labelled stretch of rows.
///
/// @param first the index of its first row
/// @param last the index of its last row, inside
record Window(int first, int last) {
  Window {
    if (first < 0 || last < first) {
      throw new IllegalArgumentException("no window of rows: %d to %d".formatted(first, last));
    }
  }

  /// In rows.
  int width() {
    return last - first + 1;
  }

  boolean contains(int row) {
    return row >= first && row <= last;
  }
}
