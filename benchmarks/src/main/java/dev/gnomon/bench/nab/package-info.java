/// The Numenta Anomaly Benchmark: its files, its scoring (v1.1), and the score of our detector. A
/// _window_ is a labelled stretch of rows; the _probation_ is the start of a file, which is not
/// scored; a _profile_ weighs hits, false alarms and misses; a _row_ is one sample.
@NullMarked
package dev.gnomon.bench.nab;

import org.jspecify.annotations.NullMarked;
