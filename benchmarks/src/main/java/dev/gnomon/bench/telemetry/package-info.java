/// Anomaly scores on labelled telemetry of production systems, beside detectors that anybody would
/// write first. A _segment_ is a run of labelled rows; it is found if a row up to five after its
/// first is an alarm; an alarm at a row without a label is a false one.
@NullMarked
package dev.gnomon.bench.telemetry;

import org.jspecify.annotations.NullMarked;
