/// What the anomaly score costs: time a sample and memory of many series.
@NullMarked
package dev.gnomon.bench.detector;

import org.jspecify.annotations.NullMarked;
